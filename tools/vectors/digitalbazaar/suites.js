/**
 * For every suite and key type: honest badges of all shapes, and the same list of single changes, each refused.
 */
import * as base58 from 'base58-universal';
import {endorsement, fullBadge, minimalBadge, sha256Identity, uuid} from '../badges.js';
import {OB, OB_EXTENSIONS, V2} from '../contexts.js';
import {REFUSED} from './family.js';
import {CREATED} from './signing.js';

export const VARIANTS = [
  {group: 'eddsa-rdfc-2022', suite: 'eddsa-rdfc-2022', issuer: 'noordzee', other: 'impostor', rdf: true},
  {group: 'eddsa-jcs-2022', suite: 'eddsa-jcs-2022', issuer: 'noordzee', other: 'impostor', rdf: false},
  {group: 'ecdsa-rdfc-2019-p256', suite: 'ecdsa-rdfc-2019', issuer: 'kaunas', other: 'impostorP256', rdf: true},
  {group: 'ecdsa-rdfc-2019-p384', suite: 'ecdsa-rdfc-2019', issuer: 'puertos', other: 'impostorP384', rdf: true},
  {group: 'ecdsa-jcs-2019-p256', suite: 'ecdsa-jcs-2019', issuer: 'kaunas', other: 'impostorP256', rdf: false},
  {group: 'ecdsa-jcs-2019-p384', suite: 'ecdsa-jcs-2019', issuer: 'puertos', other: 'impostorP384', rdf: false}
];

const TEXTS = {
  Nederlands: 'Coördinatie en ’s nachts varen',
  español: '¿Qué tal? Año, señal, pingüino',
  lietuvių: 'Ąžuolas, šaltinis, žemė',
  ελληνικά: 'Πλοήγηση στο λιμάνι',
  العربية: 'إرشاد السفن',
  עברית: 'ניווט בנמל',
  हिन्दी: 'बंदरगाह में मार्गदर्शन',
  日本語: '港の水先案内',
  emoji: '⚓️🧭👩🏽‍✈️ 𝔄𝔟𝔠 𐍈',
  composed: 'é and e\u0301 are not the same text'
};

export async function addSuites(family, keys, makers) {
  for(const variant of VARIANTS) {
    await addHonest(family, keys, makers, variant);
    await addHarmlessChanges(family, variant);
    await addChangesAfterSigning(family, keys, makers, variant);
  }
}

async function addHonest(family, keys, makers, {group, suite, issuer, rdf}) {
  const key = keys[issuer];
  const ana = keys.ana.controller;
  const features = [suite, key.type, 'did:key', 'VCDM 2.0'];
  const sign = (document, more) => makers.sign(document, key, {suite, ...more});
  const badge = (name, changes = {}) => {
    const document = minimalBadge(key.controller, ana, `${group} ${name}`);
    return {...document, ...changes};
  };
  const withSubject = (name, subject) => {
    const document = badge(name);
    return {...document, credentialSubject: {...document.credentialSubject, ...subject}};
  };
  const accept = async (name, document, description, reason, {makersRefuse, ...how} = {}) => {
    await family.accept(`${group}/${name}`, {
      document: await sign(document, how), description, reason, features, makersRefuse
    });
  };

  await accept('minimal-badge', badge('minimal'),
    'The smallest useful badge: one achievement, one learner, no end.',
    'Everything that Open Badges 3.0 requires is there, and the proof is right.');
  await accept('full-badge', fullBadge(key.controller, ana),
    'Almost every property of the Open Badges 3.0 data model at once.',
    'Sets, an ordered list, floats, a boolean, a dozen nodes without an id, and text in Spanish, all signed.');
  await accept('badge-with-an-end', badge('end', {validUntil: '2027-01-01T00:00:00Z'}),
    'A badge that ends next year.', 'validUntil lies after the time of verification.');
  await accept('issuer-is-a-string', badge('issuer string', {issuer: key.controller}),
    'The issuer is given by its identifier alone.', 'ProfileRef may be a URI.');
  await accept('texts-of-the-world', badge('texts', {
    name: TEXTS.español,
    description: Object.values(TEXTS).join(' · ')
  }), 'Text in ten scripts, right to left, beyond the basic plane, composed and decomposed.',
  'Text is signed code point by code point, with no normalization.');
  await accept('text-with-quotes-and-line-breaks', badge('quotes', {
    description: 'A "quoted" \\ backslash,\na line break,\r\nanother,\ta tab, <b>markup</b> & \'quotes\' ]]> \u00a0 \u2028 \u2029'
  }), 'Characters that JSON or N-Quads must escape, and separators that some line splitters take for line ends.',
  'Canonical N-Quads escapes quotation mark, backslash, LF and CR, and nothing of the rest by itself.');
  await accept('text-with-control-characters', badge('controls', {
    description: 'backspace \b, form feed \f, unit separator \u001f, start of heading \u0001, delete \u007f'
  }), 'Control characters other than line breaks and tabs, which JSON allows when escaped.',
  'RDFC-1.0 escapes them (test060 of rdf-canon, which several libraries fail); JCS writes its own escapes.');
  await accept('numbers', {
    ...withSubject('numbers', {creditsEarned: 0.1}),
    credentialSubject: {
      ...withSubject('numbers', {creditsEarned: 0.1}).credentialSubject,
      achievement: {...badge('numbers').credentialSubject.achievement, creditsAvailable: 1e21},
      source: {
        id: 'https://puerto-claro.example/',
        type: ['Profile'],
        address: {type: ['Address'], geo: {type: 'GeoCoordinates', latitude: -33, longitude: 1e-7}}
      }
    }
  }, 'Numbers with and without a fraction, very large, very small and negative.',
  'JSON-LD 1.1 and RFC 8785 each define one text for every number.');
  await accept('credits-of-zero', withSubject('zero', {creditsEarned: 0}),
    'A number that many languages take for false.', 'Zero is a value and is signed.');
  await accept('hashed-identity', (() => {
    const document = badge('hashed');
    const {id: _id, ...subject} = document.credentialSubject;
    return {
      ...document,
      credentialSubject: {
        ...subject,
        identifier: [
          {
            type: 'IdentityObject', hashed: true,
            identityHash: sha256Identity('ana.ferreira@correo.example', 'zee'),
            identityType: 'emailAddress', salt: 'zee'
          },
          {
            type: 'IdentityObject', hashed: true,
            identityHash: sha256Identity('00042'), identityType: 'systemId'
          },
          {type: 'IdentityObject', hashed: false, identityHash: 'Ana', identityType: 'ext:nickname'}
        ]
      }
    };
  })(), 'The learner is known by three identifiers, two of them hashed, and has no id.',
  'Either id or at least one identifier must be there; the subject is then a node without an id.');
  await accept('nodes-that-look-alike', badge('look-alike', {
    evidence: [
      {type: ['Evidence'], narrative: 'The same words.'},
      {type: ['Evidence'], narrative: 'The same words.'},
      {type: ['Evidence'], narrative: 'The same words.'},
      {type: ['Evidence'], narrative: 'Other words.'}
    ]
  }), 'Three pieces of evidence without an id that say exactly the same.',
  'Their first-degree hashes are equal, so the canonical labels need the n-degree step of RDFC-1.0.');
  await accept('single-values-instead-of-arrays', (() => {
    const document = badge('single');
    document.issuer.type = 'Profile';
    document.credentialSubject.type = 'AchievementSubject';
    document.credentialSubject.achievement = {
      ...document.credentialSubject.achievement,
      type: 'Achievement',
      tag: 'tides',
      alignment: {type: 'Alignment', targetName: 'Tides', targetUrl: 'https://marco.example/tides'}
    };
    document.credentialSubject.result = {type: 'Result', value: '9'};
    document.evidence = {type: 'Evidence', narrative: 'One piece.'};
    return document;
  })(), 'Every set that has one member is written as that member.',
  'The published JSON-LD schemas allow a single value wherever they allow an array.');
  await accept('times-with-offsets-and-fractions', badge('times', {
    validFrom: '2025-09-01T10:30:00.250+02:30',
    validUntil: '2026-12-31T23:59:59.999-11:00',
    awardedDate: '2025-06-30T12:00:00+00:00'
  }), 'Times with fractions of seconds and with offsets other than Z.',
  'dateTimeStamp allows both; the text is signed as it stands.');
  await accept('unusual-but-allowed-types', (() => {
    const document = badge('types', {type: ['AchievementCredential', 'VerifiableCredential']});
    document.credentialSubject.type = ['AchievementSubject', 'Profile'];
    document.credentialSubject.givenName = 'Ana';
    document.credentialSubject.familyName = 'Ferreira Lobo';
    return document;
  })(), 'AchievementCredential, its place before VerifiableCredential, and a subject that is a Profile too.',
  'type is an unordered set, and AchievementCredential means the same as OpenBadgeCredential.');
  await accept('picture-as-data', badge('data picture', {
    image: {
      id: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
      type: 'Image',
      caption: 'One pixel'
    }
  }), 'The picture is a data: URL.', 'Image.id may be a data: URI.');
  await accept('endorsement-credential', endorsement(key.controller, 'https://www.sur.example/', group),
    'An EndorsementCredential on its own.', 'Its subject is the endorsed institution.');
  await accept('inline-context-that-adds-a-term', (() => {
    const document = badge('inline context');
    document['@context'] = [V2, OB, {tideStation: 'https://vocab.example/harbour#tideStation'}];
    document.credentialSubject.achievement.tideStation = 'Vlissingen';
    return document;
  })(), 'An inline context defines one new term, used in the achievement.',
  'Extensions need a context of their own; this one adds and redefines nothing.', rdf ? {} : {
    makersRefuse: 'The libraries compare the contexts of proof and document by identity of objects (JCS suites).'
  });
  await accept('context-of-the-extensions', badge('extensions', {'@context': [V2, OB, OB_EXTENSIONS]}),
    'The third context is the published extensions.json.', 'Anything may follow the two required contexts.');
  await accept('proof-without-a-time', badge('no created'),
    'The proof does not say when it was made.', 'VC Data Integrity makes `created` optional.', {created: null});
  await accept('proof-with-more-options', badge('options'),
    'The proof has an id, a nonce, and an end that has not come.',
    'All of these are options of VC Data Integrity 1.0, section 2.1, and are signed.',
    {options: {id: uuid(`proof ${group}`), nonce: '7Yh2-_', expires: '2026-12-31T00:00:00Z'}});
  await accept('proof-in-an-array', badge('proof array'),
    'Another badge, for the proof values that are exchanged below.', 'It is right by itself.');

  if(rdf) {
    await accept('badge-in-its-own-named-language', (() => {
      const document = {
        '@context': [V2],
        id: uuid(`${group} languages`),
        type: ['VerifiableCredential'],
        issuer: key.controller,
        validFrom: '2025-09-01T08:00:00Z',
        name: [
          {'@value': 'Reads tide tables', '@language': 'en'},
          {'@value': 'Lee tablas de mareas', '@language': 'es-ES'},
          {'@value': 'يقرأ جداول المد والجزر', '@language': 'ar', '@direction': 'rtl'}
        ],
        description: {'@value': 'קורא לוחות גאות', '@language': 'he', '@direction': 'rtl'},
        credentialSubject: {id: ana, name: {'@value': 'Ana', '@language': 'PT-br'}}
      };
      return document;
    })(), 'A plain VCDM 2.0 credential, no badge, with language-tagged values and base directions.',
    'VCDM 2.0, section 11.1; canonical RDF lower-cases the tags and writes directions as i18n-datatype.');
  }
}

/** Changes to the JSON that leave what was signed as it was. */
async function addHarmlessChanges(family, {group, suite, rdf}) {
  const features = [suite];
  await family.accept(`${group}/members-in-another-order`, {
    like: `${group}/full-badge`, change: reverseMembers, features,
    description: 'The members of every object stand in reverse order.',
    reason: 'JSON objects are unordered, and both canonicalizations sort.'
  });
  await family.accept(`${group}/number-written-otherwise`, {
    like: `${group}/numbers`, text: ['"latitude": -33', '"latitude": -33.0'], features,
    description: 'The number -33 was signed and is now written -33.0.',
    reason: 'Both canonicalizations see the number, not its spelling.'
  });
  await family.accept(`${group}/text-written-otherwise`, {
    like: `${group}/minimal-badge`,
    text: ['"Noordzee College"', '"Noordzee \\u0043ollege"'], features,
    description: 'A letter is now written as an escape sequence.',
    reason: 'An escape sequence is only another spelling of the same string.'
  });
  if(rdf) {
    await family.accept(`${group}/sets-in-another-order`, {
      like: `${group}/full-badge`, features,
      change: document => {
        document.evidence.reverse();
        document.type.reverse();
        document.credentialSubject.result.reverse();
        document.credentialSubject.achievement.tag.reverse();
        document.credentialSubject.achievement.resultDescription.reverse();
      },
      description: 'Several arrays that stand for sets are reversed.',
      reason: 'In RDF a set has no order. Only allowedValue is a list.'
    });
    await family.accept(`${group}/proof-as-a-list-of-one`, {
      like: `${group}/minimal-badge`, features,
      change: document => {
        document.proof = [document.proof];
      },
      description: 'The one proof stands in an array.',
      reason: 'proof is 0..*; an array with one member is the same set.'
    });
    await family.accept(`${group}/the-other-name-of-the-same-type`, {
      like: `${group}/minimal-badge`, features,
      change: document => {
        document.type = ['VerifiableCredential', 'AchievementCredential'];
      },
      description: 'OpenBadgeCredential became AchievementCredential after signing.',
      reason: 'The context maps both words to one IRI; the specification calls them aliases.'
    });
  }
}

function reverseMembers(value) {
  if(Array.isArray(value)) {
    return value.map(reverseMembers);
  }
  if(value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).reverse().map(([name, item]) => [name, reverseMembers(item)]));
  }
  return value;
}

/** One change each, made after signing. */
async function addChangesAfterSigning(family, keys, makers, {group, suite, issuer, other, rdf}) {
  const key = keys[issuer];
  const stranger = keys[other];
  const features = [suite, key.type];
  const minimal = `${group}/minimal-badge`;
  const full = `${group}/full-badge`;
  const refuse = (name, description, reason, {like = minimal, checks = ['proof'], ...how}) =>
    family.refuse(`${group}/${name}`, {like, description, reason, checks, features, ...how});
  const proofOf = id => family.documentOf(`${group}/${id}`).proof;
  const signatureOf = proof => base58.decode(proof.proofValue.slice(1));
  const inProof = change => document => {
    change(document.proof);
  };
  const withSignature = edit => inProof(proof => {
    proof.proofValue = 'z' + base58.encode(edit(signatureOf(proof)));
  });

  // what is claimed
  await refuse('changed-claim', 'The name of the achievement was changed after signing.',
    'The name is signed.', {change: document => {
      document.credentialSubject.achievement.name = 'Commands a fleet';
    }});
  await refuse('changed-learner', 'The learner was exchanged after signing.',
    'The id of the subject is signed.', {change: document => {
      document.credentialSubject.id = keys.bram.controller;
    }});
  await refuse('changed-issuer', 'The issuer was exchanged after signing.',
    'The issuer is signed, and the key belongs to somebody else.', {
      checks: ['proof', 'issuer'],
      change: document => {
        document.issuer.id = stranger.controller;
      }});
  await refuse('changed-issuer-name', 'The name of the issuer was changed after signing; its id was not.',
    'The name is signed too.', {change: document => {
      document.issuer.name = 'Royal Academy';
    }});
  await refuse('changed-id', 'The id of the credential was changed after signing.',
    'The id is signed.', {change: document => {
      document.id = uuid('somebody else');
    }});
  await refuse('changed-number', 'Credits were raised from 4.5 to 45 after signing.',
    'The number is signed.', {like: full, change: document => {
      document.credentialSubject.creditsEarned = 45;
    }});
  await refuse('changed-boolean', 'hashed was turned from false to true after signing.',
    'The boolean is signed.', {like: full, checks: ['proof', 'structure'], verdict: REFUSED,
      change: document => {
        document.credentialSubject.identifier[1].hashed = true;
      }});
  await refuse('changed-order-of-allowed-values', 'The grades stand in another order.',
    'allowedValue is an ordered list, from low to high.', {like: full, change: document => {
      document.credentialSubject.achievement.resultDescription[0].allowedValue.reverse();
    }});
  await refuse('changed-deep-inside', 'The points of a rubric level were changed.',
    'What is six levels deep is signed like all the rest.', {like: full, change: document => {
      document.credentialSubject.achievement.resultDescription[1].rubricCriterionLevel[0].points = '10';
    }});
  await refuse('changed-normalization', 'A composed letter was replaced by letter and combining accent.',
    'They look the same and are not the same text.', {like: full, change: document => {
      document.name = document.name.normalize('NFD');
    }});
  await refuse('removed-end', 'validUntil was taken out after signing.',
    'A signed end cannot be taken away.', {like: `${group}/badge-with-an-end`, change: document => {
      delete document.validUntil;
    }});
  await refuse('moved-end', 'validUntil was moved by ten years after signing.',
    'The end is signed.', {like: `${group}/badge-with-an-end`, change: document => {
      document.validUntil = '2037-01-01T00:00:00Z';
    }});
  await refuse('added-end', 'A validUntil was added after signing.',
    'A member that was not signed is in the credential.', {change: document => {
      document.validUntil = '2036-01-01T00:00:00Z';
    }});
  await refuse('added-known-member', 'A description was added after signing.',
    'A member that was not signed is in the credential.', {change: document => {
      document.description = 'With the highest honours.';
    }});
  await refuse('added-unknown-member', 'A member that no context defines was added after signing.',
    'It is not signed; a suite that drops what it does not know would not see it.', {
      checks: ['proof', 'context'],
      change: document => {
        document.credentialSubject.achievement.honours = 'summa cum laude';
      }});
  await refuse('removed-evidence', 'One of two pieces of evidence was taken out.',
    'The set is signed as a whole.', {like: full, change: document => {
      document.evidence.pop();
    }});
  await refuse('one-look-alike-less', 'One of three equal pieces of evidence was taken out.',
    'Nodes without an id are counted, even when they say the same.', {
      like: `${group}/nodes-that-look-alike`,
      change: document => {
        document.evidence.shift();
      }});

  // how it is proved
  await refuse('changed-time-of-proof', 'The proof was made to look one second younger.',
    'The options of a proof are signed.', {change: inProof(proof => {
      proof.created = CREATED.replace(':00Z', ':01Z');
    })});
  await refuse('removed-time-of-proof', 'The time was taken out of the proof.',
    'The options of a proof are signed.', {change: inProof(proof => {
      delete proof.created;
    })});
  await refuse('added-time-of-proof', 'A time was added to a proof that had none.',
    'The options of a proof are signed.', {like: `${group}/proof-without-a-time`, change: inProof(proof => {
      proof.created = CREATED;
    })});
  await refuse('changed-purpose', 'proofPurpose was changed to authentication after signing.',
    'A credential is proved with assertionMethod, and the option is signed.', {change: inProof(proof => {
      proof.proofPurpose = 'authentication';
    })});
  await refuse('changed-nonce', 'The nonce of the proof was changed.',
    'Every option is signed, whether or not it is understood.', {
      like: `${group}/proof-with-more-options`,
      change: inProof(proof => {
        proof.nonce = '7Yh2-A';
      })});
  await refuse('removed-end-of-proof', 'The end of the proof was taken out.',
    'The options of a proof are signed.', {
      like: `${group}/proof-with-more-options`,
      change: inProof(proof => {
        delete proof.expires;
      })});
  await refuse('proof-of-another-badge', 'The proof was taken whole from another badge of the same issuer.',
    'A proof belongs to one document.', {change: document => {
      document.proof = proofOf('full-badge');
    }});
  await refuse('proof-value-of-another-badge', 'Only the proof value was taken from another badge.',
    'A proof value belongs to one document.', {change: inProof(proof => {
      proof.proofValue = proofOf('full-badge').proofValue;
    })});
  await refuse('key-of-somebody-else', 'The proof names the key of a stranger, the value is the issuer\'s.',
    'The value does not fit that key, and the key is not the issuer\'s.', {
      checks: ['proof', 'issuer'],
      change: inProof(proof => {
        proof.verificationMethod = stranger.id;
      })});
  await refuse('signed-by-somebody-else', 'A stranger signed the badge with a key of their own.',
    'The proof is right for that key, but the key is not the issuer\'s.', {
      checks: ['proof', 'issuer'],
      document: await makers.sign(
        minimalBadge(key.controller, keys.ana.controller, `${group} minimal`), stranger, {suite})});
  await refuse('changed-signature', 'One byte of the signature was changed.',
    'The signature no longer fits.', {change: withSignature(bytes => {
      bytes[10] ^= 1;
      return bytes;
    })});
  await refuse('short-signature', 'The last byte of the signature is missing.',
    'The length of a signature is fixed by the suite and the key.', {
      verdict: REFUSED, change: withSignature(bytes => bytes.subarray(0, -1))});
  await refuse('long-signature', 'A zero byte stands behind the signature.',
    'The length of a signature is fixed by the suite and the key.', {
      verdict: REFUSED, change: withSignature(bytes => Buffer.concat([bytes, Buffer.alloc(1)]))});
  await refuse('empty-signature', 'The signature is empty.',
    'The length of a signature is fixed by the suite and the key.', {
      verdict: REFUSED, change: inProof(proof => {
        proof.proofValue = 'z';
      })});
  await refuse('signature-in-base64url', 'The same signature is written in base64url, multibase u.',
    'The suites demand base58btc, multibase z.', {
      verdict: REFUSED, change: inProof(proof => {
        proof.proofValue = 'u' + Buffer.from(signatureOf(proof)).toString('base64url');
      })});
  await refuse('signature-with-a-space', 'A space stands behind the proof value.',
    'A space is not in the alphabet of base58btc.', {
      verdict: REFUSED, change: inProof(proof => {
        proof.proofValue += ' ';
      })});
  await refuse('signature-without-multibase', 'The multibase letter is missing.',
    'Without the letter the encoding is unknown.', {
      verdict: REFUSED, change: inProof(proof => {
        proof.proofValue = proof.proofValue.slice(1);
      })});
  await refuse('no-proof-value', 'The proof has no value.', 'There is nothing to check.', {
    verdict: REFUSED, checks: ['proof', 'structure'], change: inProof(proof => {
      delete proof.proofValue;
    })});
  await refuse('no-verification-method', 'The proof names no key.', 'A key must be named.', {
    verdict: REFUSED, checks: ['proof', 'structure', 'issuer'], change: inProof(proof => {
      delete proof.verificationMethod;
    })});
  await refuse('no-purpose', 'The proof names no purpose.', 'proofPurpose is required.', {
    verdict: REFUSED, checks: ['proof', 'structure'], change: inProof(proof => {
      delete proof.proofPurpose;
    })});
  await refuse('no-proof', 'The proof was taken away.', 'A credential without a proof is not verifiable.', {
    verdict: REFUSED, checks: ['proof', 'structure'], change: document => {
      delete document.proof;
    }});
  await refuse('empty-list-of-proofs', 'The list of proofs is empty.',
    'No proof is not a proof, whatever "all of them" means for an empty list.', {
      verdict: REFUSED, checks: ['proof', 'structure'], change: document => {
        document.proof = [];
      }});
  const neighbours = {
    'eddsa-rdfc-2022': 'eddsa-jcs-2022',
    'eddsa-jcs-2022': 'eddsa-rdfc-2022',
    'ecdsa-rdfc-2019': 'ecdsa-jcs-2019',
    'ecdsa-jcs-2019': 'ecdsa-rdfc-2019'
  };
  await refuse('suite-with-the-other-canonicalization',
    `The proof says ${neighbours[suite]} instead of ${suite}.`,
    'Key and signature have the right form, but other bytes were signed.', {change: inProof(proof => {
      proof.cryptosuite = neighbours[suite];
    })});
  await refuse('suite-for-the-other-key', 'The proof names a suite that another kind of key belongs to.',
    'The key decides which suites are possible.', {verdict: REFUSED, change: inProof(proof => {
      proof.cryptosuite = suite.startsWith('eddsa') ? suite.replace('eddsa', 'ecdsa').replace('2022', '2019') :
        suite.replace('ecdsa', 'eddsa').replace('2019', '2022');
    })});
  await refuse('suite-that-nobody-knows', 'The proof names a suite that does not exist yet.',
    'Whether such a proof is right cannot be decided.', {verdict: 'indeterminate', change: inProof(proof => {
      proof.cryptosuite = 'harbour-2049';
    })});
  await refuse('no-suite', 'The proof names no suite.', 'DataIntegrityProof needs one.', {
    verdict: REFUSED, checks: ['proof', 'structure'], change: inProof(proof => {
      delete proof.cryptosuite;
    })});

  // how it is written
  await refuse('a-member-twice', 'The name of the achievement is there twice; the second one is what was signed.',
    'Parsers disagree about which one counts, so it is no credential at all.', {
      verdict: 'malformed', checks: ['structure'],
      text: ['"description": "Finds', '"name": "Commands a fleet",\n      "name": "Reads tide tables",\n      "description": "Finds']});
  await refuse('a-comma-too-much', 'A comma stands before the last brace.', 'That is not JSON.', {
    verdict: 'malformed', checks: ['structure'], text: ['\n}\n', ',\n}\n']});
  await refuse('not-a-number', 'Credits are NaN.', 'That is not JSON.', {
    like: `${group}/credits-of-zero`,
    verdict: 'malformed', checks: ['structure'], text: ['"creditsEarned": 0', '"creditsEarned": NaN']});
  await refuse('a-lone-surrogate', 'A text holds half of a surrogate pair.',
    'It is not Unicode text and cannot be hashed.', {
      verdict: 'malformed', checks: ['structure'],
      text: ['"Noordzee College"', '"Noordzee \\ud800 College"']});
  if(!rdf) {
    await refuse('context-of-the-proof-replaced', 'The context inside the proof names one more than was signed.',
      'The context of the proof is one of its options, and the document must begin with it.', {
        change: inProof(proof => {
          proof['@context'] = [...[proof['@context']].flat(), OB_EXTENSIONS];
        })});
  }
}
