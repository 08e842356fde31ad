/**
 * Unsigned credentials of our own invention: people, places and achievements that do not exist.
 *
 * Every function returns a new object. What is common is short on purpose, so that a reader of a vector sees at once
 * what the vector is about.
 */
import {createHash} from 'node:crypto';
import {CLR, DATA_INTEGRITY_V2, ED25519_2020, OB, OB_301, V1, V2} from './contexts.js';

/** A name-based UUID (RFC 9562, version 5, in the URL namespace): the same in every run. */
export function uuid(name) {
  const namespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const digest = createHash('sha1').update(namespace).update(`https://vectors.example/${name}`).digest();
  digest[6] = digest[6] & 0x0f | 0x50;
  digest[8] = digest[8] & 0x3f | 0x80;
  const hex = digest.subarray(0, 16).toString('hex');
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}

export function minimalBadge(issuer, learner, name = 'tide tables') {
  return {
    '@context': [V2, OB],
    id: uuid(`credential ${name}`),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: {id: issuer, type: ['Profile'], name: 'Noordzee College'},
    validFrom: '2025-09-01T08:00:00Z',
    name: 'Reads tide tables',
    credentialSubject: {
      id: learner,
      type: ['AchievementSubject'],
      achievement: {
        id: uuid(`achievement ${name}`),
        type: ['Achievement'],
        name: 'Reads tide tables',
        description: 'Finds high and low water for any harbour of the North Sea.',
        criteria: {narrative: 'Three harbours, three dates, no more than ten minutes off.'}
      }
    }
  };
}

/** Every class and almost every property of the Open Badges 3.0 data model. */
export function fullBadge(issuer, learner) {
  const achievement = uuid('achievement harbour pilot');
  const grade = uuid('result description grade');
  const rubric = uuid('result description rubric');
  const completion = uuid('result description completion');
  const excellent = uuid('rubric level excellent');
  return {
    '@context': [V2, OB],
    id: uuid('credential harbour pilot'),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: {
      id: issuer,
      type: ['Profile'],
      name: 'Universidad del Sur',
      url: 'https://www.sur.example/',
      phone: '+34 900 000 000',
      description: 'A university by the sea.',
      image: {id: 'https://www.sur.example/logo.png', type: 'Image', caption: 'A lighthouse'},
      email: 'registro@sur.example',
      official: 'Inés Caballero Ruiz',
      address: {
        type: ['Address'],
        addressCountry: 'España',
        addressCountryCode: 'ES',
        addressRegion: 'Andalucía',
        addressLocality: 'Puerto Claro',
        streetAddress: 'Calle del Faro 1, 2.º',
        postOfficeBoxNumber: '17',
        postalCode: '11999',
        geo: {type: 'GeoCoordinates', latitude: 36.5271, longitude: -6.2886}
      },
      otherIdentifier: [
        {type: 'IdentifierEntry', identifier: 'ES-SUR-0001', identifierType: 'sourcedId'},
        {type: 'IdentifierEntry', identifier: '0001', identifierType: 'ext:registroNacional'}
      ],
      parentOrg: {
        id: 'https://red.example/',
        type: ['Profile'],
        name: 'Red de Universidades del Mar'
      }
    },
    validFrom: '2025-09-01T10:00:00+02:00',
    validUntil: '2030-09-01T00:00:00Z',
    awardedDate: '2025-06-30T12:00:00Z',
    name: 'Práctico de puerto',
    description: 'Guides ships into the harbour of Puerto Claro.',
    image: {id: 'https://www.sur.example/practico.png', type: 'Image'},
    credentialSubject: {
      id: learner,
      type: ['AchievementSubject'],
      activityStartDate: '2025-01-15T08:00:00Z',
      activityEndDate: '2025-06-27T18:00:00Z',
      creditsEarned: 4.5,
      identifier: [
        {
          type: 'IdentityObject',
          hashed: true,
          identityHash: sha256Identity('ana.ferreira@correo.example', 'sal marina'),
          identityType: 'emailAddress',
          salt: 'sal marina'
        },
        {type: 'IdentityObject', hashed: false, identityHash: 'Ana Ferreira Lobo', identityType: 'name'}
      ],
      image: {id: 'https://www.sur.example/practico-ana.png', type: 'Image'},
      licenseNumber: 'PR-2025-0042',
      narrative: 'Ana brought **42** ships in.\n\n- by day\n- by night',
      role: 'Piloto en prácticas',
      term: '2025-2',
      source: {id: 'https://puerto-claro.example/', type: ['Profile'], name: 'Autoridad Portuaria'},
      achievement: {
        id: achievement,
        type: ['Achievement'],
        achievementType: 'License',
        name: 'Práctico de puerto',
        description: 'May guide ships of up to 9000 gross tons.',
        humanCode: 'NAV-301',
        fieldOfStudy: 'Navigation',
        specialization: 'Harbour pilotage',
        inLanguage: 'es',
        version: '3.1',
        creditsAvailable: 6,
        tag: ['pilotage', 'harbour', 'navegación'],
        image: {id: 'https://www.sur.example/practico.png', type: 'Image', caption: 'A pilot boat'},
        creator: {id: 'https://facultad.sur.example/', type: ['Profile'], name: 'Facultad de Náutica'},
        criteria: {
          id: 'https://www.sur.example/practico/criterios',
          narrative: 'Forty supervised manoeuvres and a written examination.'
        },
        alignment: [
          {
            type: ['Alignment'],
            targetCode: 'STCW-II/1',
            targetDescription: 'Officer in charge of a navigational watch',
            targetName: 'Watchkeeping',
            targetFramework: 'Marco del Mar',
            targetType: 'ceasn:Competency',
            targetUrl: 'https://marco.example/competencias/stcw-ii-1'
          },
          {
            type: ['Alignment'],
            targetName: 'Pilotage licence',
            targetType: 'ext:licence',
            targetUrl: 'https://marco.example/licencias/practico'
          }
        ],
        otherIdentifier: [{type: 'IdentifierEntry', identifier: 'NAV-301-ES', identifierType: 'identifier'}],
        related: [
          {id: uuid('achievement coastal skipper'), type: ['Related'], inLanguage: 'en-GB', version: '2'},
          {id: uuid('achievement harbour pilot in Portuguese'), type: ['Related'], inLanguage: 'pt'}
        ],
        resultDescription: [
          {
            id: grade,
            type: ['ResultDescription'],
            name: 'Final grade',
            resultType: 'LetterGrade',
            allowedValue: ['Suspenso', 'Aprobado', 'Notable', 'Sobresaliente'],
            requiredValue: 'Aprobado'
          },
          {
            id: rubric,
            type: ['ResultDescription'],
            name: 'Manoeuvre under wind',
            resultType: 'RubricCriterionLevel',
            requiredLevel: uuid('rubric level sufficient'),
            rubricCriterionLevel: [
              {
                id: uuid('rubric level sufficient'),
                type: ['RubricCriterionLevel'],
                name: 'Sufficient',
                description: 'Holds the course in 15 knots.',
                level: '1',
                points: '5'
              },
              {id: excellent, type: ['RubricCriterionLevel'], name: 'Excellent', level: '2', points: '10'}
            ],
            alignment: [
              {type: ['Alignment'], targetName: 'Wind', targetUrl: 'https://marco.example/competencias/wind'}
            ]
          },
          {
            id: completion,
            type: ['ResultDescription'],
            name: 'Written examination',
            resultType: 'Percent',
            requiredValue: '50',
            valueMin: '0',
            valueMax: '100'
          }
        ]
      },
      result: [
        {type: ['Result'], resultDescription: grade, value: 'Notable', status: 'Completed'},
        {
          type: ['Result'],
          resultDescription: rubric,
          achievedLevel: excellent,
          alignment: [{type: ['Alignment'], targetName: 'Wind', targetUrl: 'https://marco.example/competencias/wind'}]
        },
        {type: ['Result'], resultDescription: completion, value: '87.5'}
      ]
    },
    evidence: [
      {
        id: 'https://portafolio.example/ana/bitacora',
        type: ['Evidence'],
        name: 'Logbook',
        description: 'Scans of the logbook.',
        narrative: 'Forty-two entries, each signed by the master.',
        genre: 'Logbook',
        audience: 'Examiners'
      },
      {type: ['Evidence'], narrative: 'Oral examination on the bridge of the *Alba*.'}
    ],
    termsOfUse: [{id: 'https://www.sur.example/terminos', type: 'https://www.sur.example/tipos#Terminos'}]
  };
}

export function sha256Identity(identity, salt = '') {
  return `sha256$${createHash('sha256').update(identity + salt).digest('hex')}`;
}

export function endorsement(issuer, endorsed, name = 'first endorsement') {
  return {
    '@context': [V2, OB],
    id: uuid(`endorsement ${name}`),
    type: ['VerifiableCredential', 'EndorsementCredential'],
    issuer: {id: issuer, type: ['Profile'], name: 'Marių Akademija'},
    validFrom: '2025-09-15T00:00:00Z',
    name: 'Endorsement of tide tables',
    credentialSubject: {
      id: endorsed,
      type: ['EndorsementSubject'],
      endorsementComment: 'Our harbour masters rely on people who hold this badge.'
    }
  };
}

/** A learner record around credentials that are already signed. */
export function learnerRecord(issuer, learner, credentials, name = 'record of 2025') {
  return {
    '@context': [V2, CLR, OB],
    id: uuid(`clr ${name}`),
    type: ['VerifiableCredential', 'ClrCredential'],
    issuer: {id: issuer, type: ['Profile'], name: 'Noordzee College'},
    validFrom: '2025-12-01T00:00:00Z',
    name: 'Learner record of 2025',
    credentialSubject: {
      id: learner,
      type: ['ClrSubject'],
      verifiableCredential: credentials
    }
  };
}

/** The same minimal badge in the shape of VCDM 1.1. */
export function badgeOfVcdm11(issuer, learner, contexts) {
  const {validFrom, ...rest} = minimalBadge(issuer, learner, 'tide tables in VCDM 1.1');
  return {...rest, '@context': contexts, issuanceDate: validFrom};
}

export const VCDM11_ED25519_2020 = [V1, OB_301, ED25519_2020];
export const VCDM11_DATA_INTEGRITY = [V1, OB_301, DATA_INTEGRITY_V2];
