/**
 * Several proofs on one credential: sets, which stand side by side, and chains, in which one covers another.
 *
 * The libraries call a set verified when one of its proofs is right; we demand that every proof by a known suite is
 * right (hazards: a wrong proof is never harmless), so several cases here are verified for the makers and not for us.
 */
import {minimalBadge, uuid} from '../badges.js';
import {REFUSED} from './family.js';

const FIRST = uuid('first proof of a chain');
const SECOND = uuid('second proof of a chain');

export async function addSeveralProofs(family, keys, makers) {
  await addSets(family, keys, makers);
  await addChains(family, keys, makers);
}

async function addSets(family, keys, makers) {
  const {surEd25519: first, surP256: second, surP384: third, kaunas, impostor, ana} = keys;
  const badge = minimalBadge(first.controller, ana.controller, 'proof set');
  const one = await makers.sign(badge, first);
  const two = await makers.sign(one, second);
  const three = await makers.sign(two, third);
  const features = ['proof set', 'did:web'];
  const accept = (name, document, description, reason, more = {}) =>
    family.accept(`proof-sets/${name}`, {document, description, reason, features, ...more});
  const refuse = (name, description, reason, {like = 'two-proofs', checks = ['proof'], ...how}) =>
    family.refuse(`proof-sets/${name}`, {
      like: `proof-sets/${like}`, description, reason, features, checks, ...how
    });

  await accept('two-proofs', two, 'Two proofs by two keys of the issuer, Ed25519 and P-256.',
    'Both are right; each was made without regard to the other.');
  await accept('three-proofs', three, 'Three proofs by three keys of the issuer, the third P-384.',
    'All are right.');
  const mixed = await makers.sign(one, first, {suite: 'eddsa-jcs-2022'});
  await accept('two-suites-of-one-key', mixed, 'Two proofs of one key, eddsa-rdfc-2022 and eddsa-jcs-2022.',
    'Both are right.');
  await accept('two-proofs-in-another-order', undefined, 'The two proofs have changed places.',
    'A set has no order.', {like: 'proof-sets/two-proofs', change: document => {
      document.proof.reverse();
    }});
  await accept('one-of-two-proofs-removed', undefined, 'One of the two proofs was taken out.',
    'Proofs of a set do not cover each other; the one that is left is the issuer\'s and is right.', {
      like: 'proof-sets/two-proofs', change: document => {
        document.proof = [document.proof[1]];
      }});
  await accept('unknown-suite-beside-a-known-one', undefined,
    'Beside the issuer\'s good proof there is one by a suite that does not exist yet.',
    'A reader who does not know a suite can still rely on the proof that it does know; this is worth a note.', {
      like: 'proof-sets/two-proofs', change: document => {
        document.proof[1].cryptosuite = 'harbour-2049';
      }});
  await accept('second-proof-by-another-institution', await makers.sign(one, kaunas),
    'The issuer signed, and another institution signed the same credential too.',
    'The issuer\'s proof makes the credential; the second one is right by itself.', {
      features: ['proof set', 'did:web', 'did:key']});

  await refuse('claim-changed-under-two-proofs', 'A claim was changed after both had signed.',
    'Neither proof fits.', {change: document => {
      document.credentialSubject.achievement.name = 'Commands a fleet';
    }});
  await refuse('second-proof-is-wrong', 'The value of the second proof was taken from elsewhere.',
    'Every proof by a known suite must be right.', {change: document => {
      document.proof[1].proofValue = family.documentOf('ecdsa-rdfc-2019-p256/minimal-badge').proof.proofValue;
    }});
  await refuse('first-proof-is-wrong', 'The value of the first proof was taken from elsewhere.',
    'Every proof by a known suite must be right.', {change: document => {
      document.proof[0].proofValue = family.documentOf('eddsa-rdfc-2022/minimal-badge').proof.proofValue;
    }});
  await refuse('second-proof-for-authentication', 'The second proof was made for authentication.',
    'Every proof by a known suite must be right, and a credential is proved with assertionMethod.', {
      document: await makers.sign(one, keys.surOnlyAuthentication, {purpose: 'authentication'}),
      checks: ['proof']});
  await refuse('no-proof-is-the-issuers', 'Two proofs, and none is by the issuer.',
    'However many strangers sign, the issuer did not.', {
      checks: ['proof', 'issuer'],
      document: await makers.sign(await makers.sign(badge, impostor), kaunas)});
  await refuse('only-unknown-suites', 'Both proofs are by suites that do not exist yet.',
    'Whether they are right cannot be decided.', {verdict: 'indeterminate', change: document => {
      document.proof[0].cryptosuite = 'harbour-2049';
      document.proof[1].cryptosuite = 'harbour-2050';
    }});
  await refuse('a-string-among-the-proofs', 'One of the proofs is a string.', 'A proof is an object.', {
    verdict: REFUSED, checks: ['proof', 'structure'], change: document => {
      document.proof[1] = document.proof[1].proofValue;
    }});
  await refuse('list-of-lists-of-proofs', 'The proofs stand in a list inside a list.',
    'A set of sets is not the compacted form.', {
      verdict: REFUSED, checks: ['proof', 'structure'], change: document => {
        document.proof = [document.proof];
      }});
}

async function addChains(family, keys, makers) {
  const {surEd25519: first, surP256: second, ana} = keys;
  const badge = minimalBadge(first.controller, ana.controller, 'proof chain');
  const features = ['proof chain', 'did:web'];
  const one = await makers.sign(badge, first, {options: {id: FIRST}});
  const chain = await makers.signAfter(one, second, [FIRST]);
  const accept = (name, document, description, reason, more = {}) =>
    family.accept(`proof-chains/${name}`, {document, description, reason, features, ...more});
  const refuse = (name, description, reason, {like = 'two-links', checks = ['proof'], ...how}) =>
    family.refuse(`proof-chains/${name}`, {
      like: `proof-chains/${like}`, description, reason, features, checks, ...how
    });

  await accept('two-links', chain, 'The second proof names the first and covers it.',
    'VC Data Integrity 1.0, section 4.5: the document of the second proof holds the first.');
  await accept('two-links-with-jcs', await makers.signAfter(
    await makers.sign(badge, first, {suite: 'eddsa-jcs-2022', options: {id: FIRST}}),
    second, [FIRST], {suite: 'ecdsa-jcs-2019'}),
  'The same with the JCS suites.', 'What is covered does not depend on the canonicalization.');
  const three = await makers.signAfter(await makers.signAfter(one, second, [FIRST], {id: SECOND}), first, [SECOND]);
  await accept('three-links', three, 'The third proof names the second, which names the first.',
    'Every link covers the one before.');
  const side = await makers.sign(await makers.sign(badge, first, {options: {id: FIRST}}), second, {
    options: {id: SECOND}});
  await accept('one-proof-after-two', await makers.signAfter(side, first, [FIRST, SECOND]),
    'Two proofs side by side, and a third that covers both.', 'previousProof may be a list.');
  await accept('links-in-another-order', undefined, 'The proofs have changed places in the array.',
    'The chain is made by the ids, not by the places.', {
      like: 'proof-chains/two-links', change: document => {
        document.proof.reverse();
      }});

  await refuse('first-link-removed', 'The first proof was taken out.',
    'The second one names a proof that is not there.', {change: document => {
      document.proof.shift();
    }});
  await refuse('first-link-exchanged', 'The first proof is replaced by a younger one of the same key.',
    'The new first proof is right by itself, but the second one covers the old one.', {
      document: {...chain, proof: [
        (await makers.sign(badge, first, {options: {id: FIRST}, created: '2025-09-02T09:00:00Z'})).proof,
        chain.proof[1]
      ]}});
  await refuse('previous-proof-that-never-was', 'previousProof names an id that no proof has.',
    'VC Data Integrity 1.0 demands an error.', {change: document => {
      document.proof[1].previousProof = uuid('a proof that never was');
    }});
  await refuse('previous-proof-taken-out', 'The second proof no longer says what it follows.',
    'previousProof is signed like every option.', {change: document => {
      delete document.proof[1].previousProof;
    }});
  await refuse('one-of-two-previous-proofs-removed', 'Of two covered proofs one was taken out.',
    'The third one names both.', {like: 'one-proof-after-two', change: document => {
      document.proof.shift();
    }});
  await refuse('claim-changed-under-a-chain', 'A claim was changed after the whole chain was made.',
    'No link fits.', {change: document => {
      document.credentialSubject.achievement.name = 'Commands a fleet';
    }});
  await refuse('links-that-follow-each-other', 'Each of the two proofs says that it follows the other.',
    'Neither can have been made first.', {change: document => {
      document.proof[1].id = SECOND;
      document.proof[0].previousProof = SECOND;
    }});
}
