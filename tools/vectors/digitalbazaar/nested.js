/**
 * Credentials inside credentials: endorsements of a badge, and badges in a Comprehensive Learner Record.
 *
 * Each inner credential is verified by itself, from its own JSON. One that is forged, tampered with or unsigned makes
 * the outer one invalid; one that has expired does not.
 */
import {endorsement, fullBadge, learnerRecord, minimalBadge, uuid} from '../badges.js';

export async function addNested(family, keys, makers) {
  await addEndorsements(family, keys, makers);
  await addLearnerRecords(family, keys, makers);
}

async function addEndorsements(family, keys, makers) {
  const {noordzee, kaunas, puertos, surEd25519, impostor, ana} = keys;
  const features = ['endorsement'];
  const badge = name => minimalBadge(noordzee.controller, ana.controller, `endorsed ${name}`);
  const endorse = (endorsed, key, name, changes = {}) =>
    makers.sign({...endorsement(key.controller, endorsed, name), ...changes}, key);
  const accept = async (name, document, description, reason, more = {}) => family.accept(`endorsements/${name}`, {
    document: await makers.sign(document, noordzee), description, reason, features, ...more
  });

  const onBadge = badge('badge');
  await accept('of-the-badge', {...onBadge, endorsement: [await endorse(onBadge.id, kaunas, 'of a badge')]},
    'Another institution endorses the badge.', 'Both proofs are right.');
  const onAll = badge('everywhere');
  const {achievement} = onAll.credentialSubject;
  await accept('of-badge-achievement-and-issuer', {
    ...onAll,
    issuer: {...onAll.issuer, endorsement: [await endorse(onAll.issuer.id, puertos, 'of an issuer')]},
    credentialSubject: {
      ...onAll.credentialSubject,
      achievement: {...achievement, endorsement: [await endorse(achievement.id, surEd25519, 'of an achievement')]}
    },
    endorsement: [
      await endorse(onAll.id, kaunas, 'of a badge, first'), await endorse(onAll.id, puertos, 'of a badge, second')
    ]
  }, 'Badge, achievement and issuer are endorsed, four endorsements in all.',
  'Endorsements may stand at each of these places; all proofs are right.');
  const expired = badge('expired endorsement');
  await accept('one-that-has-expired', {
    ...expired,
    endorsement: [await endorse(expired.id, kaunas, 'expired', {validUntil: '2025-12-31T00:00:00Z'})]
  }, 'The endorsement has expired, the badge has not.',
  'Somebody no longer endorses the badge; that does not make the badge wrong. It is worth a note.');

  const refuse = async (name, document, description, reason, more = {}) => family.refuse(`endorsements/${name}`, {
    like: 'endorsements/of-the-badge', document: await makers.sign(document, noordzee),
    description, reason, features, checks: ['nested'], ...more
  });
  const tampered = badge('tampered endorsement');
  const good = await endorse(tampered.id, kaunas, 'tampered');
  await refuse('tampered-with', {
    ...tampered,
    endorsement: [{...good, credentialSubject: {...good.credentialSubject, endorsementComment: 'The best of all.'}}]
  }, 'The comment of the endorsement was changed before the badge was signed.',
  'The proof of the badge is right and speaks only for the badge.');
  const unsigned = badge('unsigned endorsement');
  await refuse('without-a-proof', {...unsigned, endorsement: [endorsement(kaunas.controller, unsigned.id, 'unsigned')]},
    'The endorsement has no proof.', 'Anybody could have written it; the badge would lend it credit.');
  const forged = badge('forged endorsement');
  await refuse('signed-by-a-stranger', {
    ...forged,
    endorsement: [await makers.sign(endorsement(kaunas.controller, forged.id, 'forged'), impostor)]
  }, 'The endorsement names one institution and is signed by another.', 'The key is not the endorser\'s.');
  const hidden = badge('hidden endorsement');
  await refuse('deep-inside', {
    ...hidden,
    credentialSubject: {
      ...hidden.credentialSubject,
      achievement: {
        ...hidden.credentialSubject.achievement,
        creator: {
          id: 'https://facultad.sur.example/', type: ['Profile'], name: 'Facultad de Náutica',
          endorsement: [{
            ...await endorse('https://facultad.sur.example/', kaunas, 'deep'), name: 'A better name'
          }]
        }
      }
    }
  }, 'A tampered endorsement of the achievement\'s creator.', 'Endorsements count wherever a Profile stands.');
  const faraway = badge('unreachable endorser');
  await refuse('by-somebody-unreachable', {
    ...faraway, endorsement: [await endorse(faraway.id, surEd25519, 'unreachable')]
  }, 'The endorser\'s controller document cannot be had.', 'Whether the endorsement is right cannot be decided.', {
    verdict: 'indeterminate', world: {'https://sur.example/.well-known/did.json': null}});
  await family.refuse('endorsements/removed', {
    like: 'endorsements/of-the-badge', features, checks: ['proof'],
    description: 'The endorsement was taken out after signing.', reason: 'What was inside was signed.',
    change: document => {
      delete document.endorsement;
    }});
}

async function addLearnerRecords(family, keys, makers) {
  const {noordzee, kaunas, puertos, surEd25519, hafenEd25519, impostor, ana, bram} = keys;
  const features = ['ClrCredential'];
  const learner = ana.controller;
  const badge = (key, name, changes = {}) => ({
    ...minimalBadge(key.controller, learner, `record ${name}`), ...changes
  });
  const signed = (key, name, changes) => makers.sign(badge(key, name, changes), key);
  const record = (name, credentials, changes = {}) => {
    const document = learnerRecord(noordzee.controller, learner, credentials, name);
    return {
      ...document, ...changes,
      credentialSubject: {...document.credentialSubject, ...changes.credentialSubject}
    };
  };
  const accept = async (name, document, description, reason, {key = noordzee, ...more} = {}) =>
    family.accept(`learner-records/${name}`, {
      document: await makers.sign(document, key), description, reason, features, ...more
    });

  const first = await signed(noordzee, 'first');
  const second = await signed(kaunas, 'second');
  const third = await signed(puertos, 'third');
  await accept('one-badge', record('one', [first]), 'A learner record with one signed badge.', 'Both proofs are right.');
  const ids = [first, second, third].map(({credentialSubject}) => credentialSubject.achievement.id);
  const described = {
    id: uuid('achievement of the whole course'), type: ['Achievement'], name: 'Coastal navigation',
    description: 'The whole course.', criteria: {narrative: 'All parts.'}
  };
  await accept('three-issuers-and-associations', record('three', [first, second, third], {
    partial: false,
    awardedDate: '2025-11-30T00:00:00Z',
    description: 'All of 2025.',
    credentialSubject: {
      achievement: [described],
      association: [
        {type: 'Association', associationType: 'isPartOf', sourceId: ids[0], targetId: described.id},
        {type: 'Association', associationType: 'isPartOf', sourceId: ids[1], targetId: described.id},
        {type: 'Association', associationType: 'precedes', sourceId: ids[1], targetId: ids[2]}
      ]
    }
  }), 'Badges of three issuers with keys on three curves, an achievement that is only described, and associations.',
  'Every proof is right, and associations name achievements that are there.');
  await accept('full-badge-inside', record('full', [
    await makers.sign(fullBadge(surEd25519.controller, learner), surEd25519)
  ], {partial: true}), 'A partial record with a badge that uses almost every property.',
  'Contexts of record and badge agree, and the badge is verified by itself.');
  await accept('identifiers-instead-of-an-id', (() => {
    const document = record('identifiers', [first]);
    const {id: _id, ...subject} = document.credentialSubject;
    subject.identifier = [
      {type: 'IdentityObject', hashed: false, identityHash: 'Ana Ferreira Lobo', identityType: 'name'}
    ];
    return {...document, credentialSubject: subject};
  })(), 'The learner of the record is known by a name.', 'Either id or at least one identifier must be there.');
  await accept('badge-that-has-expired', record('expired', [
    first, await signed(kaunas, 'expired', {validUntil: '2025-12-31T00:00:00Z'})
  ]), 'One of the two badges has expired.',
  'A record tells the past; its own report of the badge says expired. It is worth a note.');
  await accept('endorsed-badge-inside', record('endorsed', [
    await makers.sign({
      ...badge(noordzee, 'endorsed'),
      endorsement: [
        await makers.sign(endorsement(kaunas.controller, badge(noordzee, 'endorsed').id, 'inside a record'), kaunas)
      ]
    }, noordzee)
  ]), 'A badge in the record has an endorsement of its own.', 'Three levels, three right proofs.');
  await accept('signed-with-ecdsa', {
    ...record('ecdsa', [first, second]), issuer: {id: puertos.controller, type: ['Profile'], name: 'Instituto de Puertos'}
  }, 'The record is signed with P-384.', 'With this curve RDFC-1.0 hashes with SHA-384.', {key: puertos});
  await accept('issuer-by-https', {
    ...record('https', [first, second]),
    issuer: {id: hafenEd25519.controller, type: ['Profile'], name: 'Hafenwerkstatt'}
  }, 'The record is issued by an https controller.', 'The controller document lists the key.', {key: hafenEd25519});

  const refuse = async (name, document, description, reason, more = {}) => family.refuse(`learner-records/${name}`, {
    like: 'learner-records/one-badge', document: await makers.sign(document, noordzee),
    description, reason, features, checks: ['nested'], ...more
  });
  const changed = (credential, change) => {
    const copy = structuredClone(credential);
    change(copy);
    return copy;
  };
  await refuse('badge-tampered-with', record('tampered', [changed(first, copy => {
    copy.credentialSubject.achievement.name = 'Commands a fleet';
  })]), 'A badge was changed before the record was signed.', 'The proof of the record cannot speak for the badge.');
  await refuse('badge-of-somebody-else-renamed', record('renamed', [changed(first, copy => {
    copy.credentialSubject.id = bram.controller;
  })]), 'The learner of a badge was exchanged before the record was signed.',
  'The proof of the badge no longer fits.');
  await refuse('badge-signed-by-a-stranger', record('forged', [await makers.sign(badge(kaunas, 'forged'), impostor)]),
    'A badge names one institution and is signed by another.', 'The key is not the issuer\'s.');
  await refuse('badge-without-a-proof', record('unsigned', [badge(kaunas, 'unsigned')]),
    'A badge in the record has no proof.', 'The record\'s issuer cannot speak for another issuer.');
  await refuse('badge-not-yet-valid-and-forged', record('two wrong', [first, changed(second, copy => {
    copy.validFrom = '2020-01-01T00:00:00Z';
  })]), 'The first badge is right; the second was made to look older.', 'One wrong badge is enough.');
  await refuse('badge-unreachable', record('unreachable', [first, await signed(surEd25519, 'unreachable')]),
    'The controller document of one badge\'s issuer cannot be had.', 'Whether that badge is right cannot be decided.', {
      verdict: 'indeterminate', world: {'https://sur.example/.well-known/did.json': null}});
  const onRecord = (name, description, reason, change, more = {}) => family.refuse(`learner-records/${name}`, {
    like: 'learner-records/three-issuers-and-associations', description, reason, features, checks: ['proof'],
    change, ...more
  });
  await onRecord('badge-removed', 'A badge was taken out of the record after signing.', 'The set is signed.',
    document => {
      document.credentialSubject.verifiableCredential.pop();
    });
  await onRecord('badge-added', 'A right badge was added to the record after signing.', 'The set is signed.',
    document => {
      document.credentialSubject.verifiableCredential.push(
        family.documentOf('eddsa-rdfc-2022/full-badge'));
    });
  await onRecord('association-turned-around', 'Source and target of an association were swapped after signing.',
    'Both are signed.', document => {
      const [association] = document.credentialSubject.association;
      [association.sourceId, association.targetId] = [association.targetId, association.sourceId];
    });
  await onRecord('made-partial', 'partial was turned from false to true after signing.', 'The boolean is signed.',
    document => {
      document.partial = true;
    });
  await onRecord('tampered-with-inside-after-signing', 'A badge was changed after the record was signed.',
    'Neither the record\'s proof nor the badge\'s fits.', document => {
      document.credentialSubject.verifiableCredential[2].credentialSubject.achievement.name = 'Commands a fleet';
    }, {checks: ['proof', 'nested']});
}
