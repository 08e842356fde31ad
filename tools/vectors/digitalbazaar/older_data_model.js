/**
 * What is in circulation from before Open Badges 3.0 was final: VCDM 1.1, and the Ed25519Signature2020 suite.
 */
import * as base58 from 'base58-universal';
import {badgeOfVcdm11, minimalBadge, uuid} from '../badges.js';
import {
  DATA_INTEGRITY_V1, DATA_INTEGRITY_V2, ED25519_2020, OB, OB_301, OB_302, V1, V2
} from '../contexts.js';
import {REFUSED} from './family.js';

const OB_300 = 'https://purl.imsglobal.org/spec/ob/v3p0/context.json';

export async function addOlderDataModel(family, keys, makers) {
  const {noordzee, kaunas, impostor, ana} = keys;
  const accept = async (name, document, key, suite, description, reason, more) =>
    family.accept(`vcdm11/${name}`, {
      document: await makers.sign(document, key, {suite, ...more}), description, reason,
      features: [suite, key.type, 'did:key', document['@context'][0] === V1 ? 'VCDM 1.1' : 'VCDM 2.0']
    });
  const badge = (key, contexts, changes = {}) => ({
    ...badgeOfVcdm11(key.controller, ana.controller, contexts), ...changes
  });

  const contexts = {'3.0.0': OB_300, '3.0.1': OB_301, '3.0.2': OB_302, '3.0.3': OB};
  for(const [version, context] of Object.entries(contexts)) {
    await accept(`badge-with-context-${version}`, badge(noordzee, [V1, context, ED25519_2020]), noordzee,
      'Ed25519Signature2020', `A VCDM 1.1 badge with the Open Badges context ${version}.`,
      'Displayers must be able to verify VCDM 1.1 badges; this context goes together with credentials/v1.');
  }
  await accept('badge-with-an-end', badge(noordzee, [V1, OB_301, ED25519_2020], {
    id: uuid('VCDM 1.1 with an end'), expirationDate: '2027-01-01T00:00:00Z'
  }), noordzee, 'Ed25519Signature2020', 'A VCDM 1.1 badge with an expirationDate.',
  'The end has not come.');
  await accept('badge-of-vcdm20', {
    ...minimalBadge(noordzee.controller, ana.controller, 'Ed25519Signature2020'), '@context': [V2, OB, ED25519_2020]
  }, noordzee, 'Ed25519Signature2020', 'A VCDM 2.0 badge with the deprecated suite.',
  'Ed25519Signature2020 is deprecated and must still be verified.');
  for(const [name, context] of Object.entries({v1: DATA_INTEGRITY_V1, v2: DATA_INTEGRITY_V2})) {
    await accept(`badge-with-data-integrity-${name}`, badge(noordzee, [V1, OB_301, context]), noordzee,
      'eddsa-rdfc-2022', `A VCDM 1.1 badge with eddsa-rdfc-2022 and the data-integrity/${name} context.`,
      'VCDM 1.1 knows no DataIntegrityProof, so its context must be named.',
      {legacyContext: name === 'v1'});
  }
  await accept('badge-with-ecdsa', badge(kaunas, [V1, OB_301, DATA_INTEGRITY_V2]), kaunas,
    'ecdsa-rdfc-2019', 'A VCDM 1.1 badge with ecdsa-rdfc-2019.', 'The suite does not depend on the data model.');

  const plain = 'vcdm11/badge-with-context-3.0.1';
  const withEnd = 'vcdm11/badge-with-an-end';
  const refuse = (name, description, reason, {like = plain, checks = ['proof'], ...how}) =>
    family.refuse(`vcdm11/${name}`, {
      like, description, reason, checks, features: ['Ed25519Signature2020', 'VCDM 1.1'], ...how
    });
  const inProof = change => document => {
    change(document.proof);
  };
  await refuse('changed-claim', 'The name of the achievement was changed after signing.', 'The name is signed.', {
    change: document => {
      document.credentialSubject.achievement.name = 'Commands a fleet';
    }});
  await refuse('added-unknown-member', 'A member that no context defines was added after signing.',
    'It is not signed, and the schema of data model 1.1 has no place for it.', {
      checks: ['proof', 'context'], verdict: ['invalid', 'malformed'], change: document => {
      document.credentialSubject.honours = 'summa cum laude';
    }});
  await refuse('changed-issuance-date', 'issuanceDate was moved after signing.', 'It is signed.', {
    change: document => {
      document.issuanceDate = '2024-09-01T08:00:00Z';
    }});
  await refuse('removed-end', 'expirationDate was taken out after signing.', 'It is signed.', {
    like: withEnd, change: document => {
      delete document.expirationDate;
    }});
  await refuse('expired', 'The time of verification lies after expirationDate.', 'The badge has expired.', {
    like: withEnd, at: '2027-01-02T00:00:00Z', checks: ['period']});
  await refuse('not-yet-issued', 'The time of verification lies before issuanceDate.', 'The badge is not yet valid.', {
    like: plain, at: '2025-08-30T00:00:00Z', checks: ['period']});
  await refuse('changed-time-of-proof', 'The proof was made to look younger.', 'Proof options are signed.', {
    change: inProof(proof => {
      proof.created = '2025-09-01T09:00:01Z';
    })});
  await refuse('changed-purpose', 'proofPurpose was changed to authentication.',
    'A credential is proved with assertionMethod, and the option is signed.', {change: inProof(proof => {
      proof.proofPurpose = 'authentication';
    })});
  await refuse('changed-signature', 'One byte of the signature was changed.', 'It no longer fits.', {
    change: inProof(proof => {
      const bytes = base58.decode(proof.proofValue.slice(1));
      bytes[40] ^= 4;
      proof.proofValue = 'z' + base58.encode(bytes);
    })});
  await refuse('signed-by-somebody-else', 'A stranger signed the badge.', 'The key is not the issuer\'s.', {
    checks: ['proof', 'issuer'],
    document: await makers.sign(badge(noordzee, [V1, OB_301, ED25519_2020]), impostor,
      {suite: 'Ed25519Signature2020'})});
  await refuse('proof-renamed-to-data-integrity', 'The proof type became DataIntegrityProof, eddsa-rdfc-2022.',
    'Type and suite are signed; the deprecated suite hashes other options.', {
      checks: ['proof', 'context'], change: inProof(proof => {
        proof.type = 'DataIntegrityProof';
        proof.cryptosuite = 'eddsa-rdfc-2022';
      })});
  await refuse('data-integrity-proof-renamed', 'The proof type became Ed25519Signature2020.',
    'Type and suite are signed.', {
      like: 'vcdm11/badge-with-data-integrity-v2', checks: ['proof', 'context'], change: inProof(proof => {
        proof.type = 'Ed25519Signature2020';
        delete proof.cryptosuite;
      })});
  await refuse('dates-of-vcdm20', 'issuanceDate was renamed validFrom after signing.',
    'VCDM 1.1 has no validFrom, so nothing says when the badge begins.', {
      verdict: REFUSED, checks: ['structure', 'schema', 'proof', 'context'], change: document => {
        document.validFrom = document.issuanceDate;
        delete document.issuanceDate;
      }});
}
