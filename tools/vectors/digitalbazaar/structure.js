/**
 * Credentials that their issuer signed rightly and that are wrong all the same: members missing, of another type, or
 * against a schema that the credential names itself; and credentials out of their time.
 */
import {endorsement, learnerRecord, minimalBadge} from '../badges.js';
import {CLR, OB, OB_EXTENSIONS, V2} from '../contexts.js';
import {REFUSED} from './family.js';

const PUBLISHED_SCHEMA =
  'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json';
const LICENCE_SCHEMA = 'https://hafenwerkstatt.example/schemas/licence.json';

export const SCHEMAS = {
  [LICENCE_SCHEMA]: {
    $schema: 'https://json-schema.org/draft/2019-09/schema',
    $id: LICENCE_SCHEMA,
    title: 'A badge that stands for a licence has a licence number',
    type: 'object',
    properties: {
      credentialSubject: {
        type: 'object',
        properties: {licenseNumber: {type: 'string', pattern: '^HW-[0-9]{4}$'}},
        required: ['licenseNumber']
      }
    },
    required: ['credentialSubject']
  }
};

export async function addStructure(family, keys, makers) {
  await addMembers(family, keys, makers);
  await addSchemas(family, keys, makers);
  await addPeriods(family, keys, makers);
}

async function addMembers(family, keys, makers) {
  const {noordzee, ana} = keys;
  const features = ['structure'];
  const like = 'structure/well-formed';
  const badge = () => minimalBadge(noordzee.controller, ana.controller, 'structure');
  await family.accept(like, {
    document: await makers.sign(badge(), noordzee), features,
    description: 'The badge that the others of this folder are made of.', reason: 'Nothing is missing.'
  });
  // Where RDF safe mode would not let it be signed, a JCS suite signs it.
  const refuse = async (name, description, reason, change, {checks = ['structure', 'schema'], suite, ...how} = {}) => {
    const document = badge();
    await family.refuse(`structure/${name}`, {
      document: await makers.sign(change(document) ?? document, noordzee, {suite}), like, features, description, reason,
      verdict: REFUSED, checks, ...how
    });
  };
  const subject = change => document => {
    change(document.credentialSubject, document);
  };
  const achievement = change => document => {
    change(document.credentialSubject.achievement, document);
  };

  await refuse('no-id', 'The badge has no id.', 'AchievementCredential needs one.', document => {
    delete document.id;
  });
  await refuse('no-begin', 'The badge has no validFrom.', 'It is required.', document => {
    delete document.validFrom;
  });
  await refuse('begin-without-zone', 'validFrom has no time zone.', 'dateTimeStamp demands one.', document => {
    document.validFrom = '2025-09-01T08:00:00';
  }, {checks: ['structure', 'schema', 'period']});
  await refuse('end-that-is-no-time', 'validUntil is the word "never".', 'It must be a dateTimeStamp.', document => {
    document.validUntil = 'never';
  }, {checks: ['structure', 'schema', 'period']});
  await refuse('empty-end', 'validUntil is an empty string.', 'An empty string is not "no end".', document => {
    document.validUntil = '';
  }, {checks: ['structure', 'schema', 'period']});
  await refuse('end-before-the-begin', 'validUntil lies before validFrom.', 'There is no time when it was valid.',
    document => {
      document.validUntil = '2025-08-01T00:00:00Z';
    }, {checks: ['structure', 'period']});
  await refuse('no-verifiable-credential-type', 'type does not hold VerifiableCredential.', 'It must.', document => {
    document.type = ['OpenBadgeCredential', 'https://vocab.example/types#VerifiableCredential'];
  }, {suite: 'eddsa-jcs-2022', checks: ['structure', 'schema', 'context']});
  await refuse('type-that-only-contains-the-word', 'type holds NotAVerifiableCredential instead.',
    'Types are compared whole.', document => {
      document['@context'] = [V2, OB, {
        NotAVerifiableCredential: 'https://vocab.example/types#NotAVerifiableCredential'}];
      document.type = ['NotAVerifiableCredential', 'OpenBadgeCredential'];
    }, {suite: 'eddsa-jcs-2022', checks: ['structure', 'schema', 'context']});
  await refuse('nobody-is-meant', 'The subject has neither id nor identifier.', 'One of them must be there.',
    subject(value => {
      delete value.id;
    }));
  await refuse('no-subject-type', 'The subject has no type.', 'It must be AchievementSubject.', subject(value => {
    delete value.type;
  }), {suite: 'eddsa-jcs-2022', checks: ['structure', 'schema', 'context']});
  await refuse('no-achievement', 'The subject has no achievement.', 'A badge is for something.', subject(value => {
    delete value.achievement;
    value.narrative = 'For nothing in particular.';
  }));
  await refuse('two-subjects', 'There are two subjects.', 'A badge has exactly one.', document => {
    document.credentialSubject = [
      document.credentialSubject, {...document.credentialSubject, id: keys.bram.controller}
    ];
  });
  await refuse('no-criteria', 'The achievement has no criteria.', 'They are required.', achievement(value => {
    delete value.criteria;
  }));
  await refuse('no-achievement-name', 'The achievement has no name.', 'It is required.', achievement(value => {
    delete value.name;
  }));
  await refuse('no-achievement-description', 'The achievement has no description.', 'It is required.',
    achievement(value => {
      delete value.description;
    }));
  await refuse('image-as-a-string', 'The picture is given by its address alone.', 'Image is an object in 3.0.',
    achievement(value => {
      value.image = 'https://www.sur.example/practico.png';
    }));
  await refuse('image-with-more-members', 'The picture has a member that Image does not know.', 'Image is closed.',
    achievement(value => {
      value.image = {id: 'https://www.sur.example/practico.png', type: 'Image', name: 'A pilot boat'};
    }));
  await refuse('hashed-as-a-word', 'hashed is the string "true".', 'It is a boolean.', subject(value => {
    value.identifier = [
      {type: 'IdentityObject', hashed: 'true', identityHash: 'Ana', identityType: 'name'}
    ];
  }));
  await refuse('identity-type-of-no-list', 'identityType is "email", as in a published sample.',
    'The word of the list is emailAddress; others begin with ext:.', subject(value => {
      value.identifier = [
        {type: 'IdentityObject', hashed: false, identityHash: 'ana@correo.example', identityType: 'email'}
      ];
    }));
  await refuse('credits-as-a-word', 'creditsEarned is the string "4.5".', 'It is a number.', subject(value => {
    value.creditsEarned = '4.5';
  }));
  await refuse('status-of-no-list', 'The status of a result is "Passed".', 'The list of words is closed.',
    subject(value => {
      value.result = [{type: ['Result'], status: 'Passed'}];
    }));
  await refuse('evidence-without-type', 'A piece of evidence has no type.', 'It must be Evidence.', document => {
    document.evidence = [{id: 'https://portafolio.example/ana', name: 'A portfolio'}];
  });
  await refuse('issuer-without-id', 'The issuer has no id.', 'Nobody could be asked about the key.', document => {
    delete document.issuer.id;
  }, {checks: ['structure', 'schema', 'issuer']});
  await refuse('two-issuers', 'There are two issuers.', 'A credential has one.', document => {
    document.issuer = [document.issuer, {...document.issuer, id: keys.kaunas.controller}];
  }, {checks: ['structure', 'schema', 'issuer']});
  await refuse('no-badge-context', 'The Open Badges context is missing; the words are defined in an inline context.',
    'The second context must be the published one.', document => {
      document['@context'] = [V2, {'@vocab': 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#'}];
    }, {checks: ['structure', 'schema', 'context']});
  await refuse('context-between-the-two', 'Another context stands between credentials/v2 and the Open Badges one.',
    'The first two are fixed; anything may follow.', document => {
      document['@context'] = [V2, OB_EXTENSIONS, OB];
    }, {checks: ['structure', 'schema', 'context']});

  const record = {...learnerRecord(noordzee.controller, ana.controller, [
    await makers.sign(badge(), noordzee)], 'structure')};
  const recordRefuse = async (name, description, reason, document) => family.refuse(`structure/${name}`, {
    document: await makers.sign(document, noordzee), like: 'learner-records/one-badge', features: ['ClrCredential'],
    description, reason, verdict: REFUSED, checks: ['structure', 'schema', 'context']
  });
  const {name: _name, ...nameless} = record;
  await recordRefuse('record-without-name', 'A learner record has no name.', 'It is required.', nameless);
  await recordRefuse('record-without-badges', 'A learner record holds no credential.', 'It needs at least one.', {
    ...record, credentialSubject: {id: ana.controller, type: ['ClrSubject']}
  });
  await recordRefuse('record-with-contexts-in-another-order', 'The contexts of record and badge have changed places.',
    'credentials/v2, then CLR, then Open Badges.', {...record, '@context': [V2, OB, CLR]});
  const {name: _endorsementName, ...namelessEndorsement} = endorsement(noordzee.controller, ana.controller, 'structure');
  await family.refuse('structure/endorsement-without-name', {
    document: await makers.sign(namelessEndorsement, noordzee), like: 'eddsa-rdfc-2022/endorsement-credential',
    features: ['EndorsementCredential'], verdict: REFUSED, checks: ['structure', 'schema'],
    description: 'An EndorsementCredential has no name.', reason: 'It is required.'
  });
}

async function addSchemas(family, keys, makers) {
  const {hafenEd25519: key, ana} = keys;
  const features = ['credentialSchema'];
  const badge = (name, schema, licence) => {
    const document = {
      ...minimalBadge(key.controller, ana.controller, `schema ${name}`),
      '@context': [V2, OB, OB_EXTENSIONS],
      issuer: {id: key.controller, type: ['Profile'], name: 'Hafenwerkstatt'},
      credentialSchema: [{id: schema, type: '1EdTechJsonSchemaValidator2019'}]
    };
    if(licence !== undefined) {
      document.credentialSubject.licenseNumber = licence;
    }
    return document;
  };
  await family.accept('schemas/published-schema', {
    document: await makers.sign(badge('published', PUBLISHED_SCHEMA), key), features,
    description: 'The badge names the published schema of Open Badges.', reason: 'It keeps to it.'
  });
  await family.accept('schemas/schema-of-the-issuer', {
    document: await makers.sign(badge('issuer', LICENCE_SCHEMA, 'HW-0042'), key), features,
    description: 'The badge names a schema of its issuer, which demands a licence number.', reason: 'It has one.'
  });
  const refuse = async (name, document, description, reason) => family.refuse(`schemas/${name}`, {
    document: await makers.sign(document, key), like: 'schemas/schema-of-the-issuer', features, checks: ['schema'],
    description, reason
  });
  await refuse('number-missing', badge('missing', LICENCE_SCHEMA),
    'There is no licence number.', 'The schema demands one.');
  await refuse('number-of-another-form', badge('form', LICENCE_SCHEMA, 'HW-42'),
    'The licence number has two digits.', 'The schema demands four.');
}

async function addPeriods(family, keys, makers) {
  const {kaunas: key, ana} = keys;
  const features = ['period'];
  const badge = (name, period) => ({
    ...minimalBadge(key.controller, ana.controller, `period ${name}`),
    issuer: {id: key.controller, type: ['Profile'], name: 'Marių Akademija'},
    ...period
  });
  const period = {validFrom: '2026-01-01T00:00:00+02:00', validUntil: '2026-12-31T23:59:59+02:00'};
  const like = 'periods/in-time';
  const document = await makers.sign(badge('year', period), key);
  await family.accept(like, {
    document, features, description: 'A badge that is valid in 2026, Vilnius winter time.', reason: 'It is March 2026.'
  });
  await family.accept('periods/one-hour-after-the-begin', {
    document, features, at: '2025-12-31T23:00:00Z',
    description: 'The same, one hour after it began.',
    reason: '23:00 UTC is one in the morning of the new year where the badge begins.'
  });
  await family.refuse('periods/one-hour-before-the-begin', {
    like, features, at: '2025-12-31T21:00:00Z', checks: ['period'],
    description: 'The same, one hour before it begins.', reason: 'Times are compared as instants, not as texts.'
  });
  await family.accept('periods/one-hour-before-the-end', {
    document, features, at: '2026-12-31T21:00:00Z',
    description: 'The same, one hour before it ends.', reason: 'Times are compared as instants, not as texts.'
  });
  await family.refuse('periods/one-hour-after-the-end', {
    like, features, at: '2026-12-31T23:00:00Z', checks: ['period'],
    description: 'The same, one hour after it ended.',
    reason: '23:00 UTC is one in the morning of the next year where the badge ended.'
  });
  const proof = 'periods/proof-that-ends';
  await family.accept(proof, {
    document: await makers.sign(badge('proof', {}), key, {options: {expires: '2026-06-01T00:00:00Z'}}), features,
    description: 'The badge has no end, its proof ends in June 2026.', reason: 'It is March 2026.'
  });
  await family.refuse('periods/proof-that-has-ended', {
    like: proof, features, at: '2026-07-01T00:00:00Z', checks: ['proof', 'period'],
    description: 'The same, a month after the end of the proof.',
    reason: 'VC Data Integrity 1.0, 2.1: from `expires` on, the proof is not to be relied on.'
  });
  await family.refuse('periods/proof-from-the-future', {
    like: 'eddsa-rdfc-2022/minimal-badge', features, at: '2025-09-01T08:30:00Z', checks: ['proof', 'period'],
    description: 'The badge is valid, but its proof says that it was made half an hour later than now.',
    reason: 'A proof cannot be used before it was made.'
  });
}
