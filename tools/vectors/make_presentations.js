/**
 * Makes vectors/presentations: presentations signed by Digital Bazaar's libraries and, as tokens, by jose.
 *
 *     npm ci && node make_presentations.js
 *
 * Each accepted one is read back by the library that made it. A refused one is an accepted one with one thing changed, or
 * one that was signed for somebody else; what Digital Bazaar's libraries say of it is written down beside our expectation.
 */
import * as vc from '@digitalbazaar/vc';
import {CompactSign, compactVerify} from 'jose';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as ecdsaRdfc2019} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc2022} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {CaseFolders} from './case_folders.js';
import {KeptSignatures} from './kept_signatures.js';
import {DATA_INTEGRITY_V2, OB_301, V1, V2, loadContexts} from './contexts.js';
import {badgeOfVcdm11, minimalBadge, uuid} from './badges.js';
import {DigitalBazaar, usualSuite} from './digitalbazaar/signing.js';
import {makeIssuers, makeWorld} from './digitalbazaar/issuers.js';
import {documentLoader} from './world.js';
import {keyObject, privateJwk, publicKeyObject} from './test_keys.js';
import {passport} from './passport.js';

const AT = '2026-03-01T12:00:00Z';
const NOW = Date.parse(AT) / 1000;
const CREATED = '2026-03-01T11:59:00Z';
const ASKED = {operation: 'verify_presentation', challenge: 'uT5nWv0Yq', domain: 'jobs.example'};
const REFUSED = ['invalid', 'malformed'];
const SUITES = {'eddsa-rdfc-2022': eddsaRdfc2022, 'ecdsa-rdfc-2019': ecdsaRdfc2019};
const ALGORITHMS = {'Ed25519': 'EdDSA', 'P-256': 'ES256', 'P-384': 'ES384'};

const contexts = await loadContexts();
const keys = await makeIssuers();
const world = makeWorld(keys);
const loader = documentLoader(contexts, world);
const kept = new KeptSignatures('presentations');
const makers = new DigitalBazaar({contexts, world, kept});
const folders = new CaseFolders('presentations', passport({
  title: 'Presentations signed with Digital Bazaar\'s JavaScript libraries and with the npm package jose',
  generator: 'tools/vectors/make_presentations.js',
  packages: [
    '@digitalbazaar/vc', '@digitalbazaar/data-integrity', '@digitalbazaar/eddsa-rdfc-2022-cryptosuite',
    '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite', '@digitalbazaar/ed25519-multikey', '@digitalbazaar/ecdsa-multikey',
    '@digitalbazaar/did-method-key', 'jose', 'jsonld-signatures', 'jsonld', 'rdf-canonize'
  ],
  contexts
}));

// --- documents ---------------------------------------------------------------------------------------------------------

const {ana, bram, noordzee, kaunas, surP256, impostor, hafenEd25519} = keys;
const badge = (name, {key = noordzee, learner = ana.controller, ...more} = {}) =>
  makers.sign({...minimalBadge(key.controller, learner, `shown ${name}`), ...more}, key);
const shown = (credentials, {holder = ana.controller, ...more} = {}) => ({
  '@context': [V2], id: uuid('presentation'), type: ['VerifiablePresentation'], ...holder && {holder},
  verifiableCredential: credentials, ...more
});

function suiteOf(key) {
  const signer = key.pair.signer();
  const sign = key.type === 'Ed25519' ? signer.sign :
    ({data}) => kept.sign(key.name, data, () => signer.sign({data}));
  return new DataIntegrityProof({
    signer: {id: key.id, algorithm: signer.algorithm, sign}, date: CREATED, cryptosuite: SUITES[usualSuite(key)]
  });
}

async function present(presentation, key = ana, {challenge = ASKED.challenge, domain = ASKED.domain} = {}) {
  return vc.signPresentation({
    presentation: structuredClone(presentation), suite: suiteOf(key), challenge, domain, documentLoader: loader
  });
}

async function makersSay(presentation, overlay) {
  const result = await vc.verify({
    presentation: structuredClone(presentation), challenge: ASKED.challenge, domain: ASKED.domain,
    documentLoader: documentLoader(contexts, world, overlay),
    suite: Object.values(SUITES).map(cryptosuite => new DataIntegrityProof({cryptosuite})), now: new Date(AT)
  }).catch(error => ({verified: false, error}));
  if(result.verified) {
    return {verified: true};
  }
  const all = [result.error, result.presentationResult, ...result.credentialResults ?? []].filter(entry => entry);
  const error = all.map(entry => entry instanceof Error ? entry : entry.error).find(entry => entry) ?? 'not verified';
  const first = (error.errors?.[0]?.message ?? error.message ?? String(error)).split('\n')[0];
  return {verified: false, error: first.slice(0, 160)};
}

async function accept(id, description, document, {more = {}, features = []} = {}) {
  const said = await makersSay(document);
  if(!said.verified) {
    throw new Error(`${id}: ${JSON.stringify(said)}`);
  }
  folders.addCase({
    id, description, input: ['presentation.json', JSON.stringify(document, null, 2) + '\n'], at: AT, asked: ASKED,
    features: ['Data Integrity', ...features], expect: {verdict: 'valid'}, makersSay: said,
    reason: 'Its holder signed it for who asks, and every credential in it is right.', ...more
  });
  return document;
}

async function refuse(id, description, document, reason, {checks, verdict = 'invalid', like = 'one-badge', more = {}}) {
  folders.addCase({
    id, description, input: ['presentation.json', JSON.stringify(document, null, 2) + '\n'], at: AT, asked: ASKED,
    features: ['Data Integrity'], expect: {verdict, checks}, reason, acceptedNeighbour: like,
    makersSay: await makersSay(document, more.world), ...more
  });
}

// --- with an embedded proof --------------------------------------------------------------------------------------------

const first = await badge('first');
const second = await badge('second', {key: kaunas});
const one = await accept('one-badge', 'A learner shows a badge.', await present(shown([first])));
await accept('two-badges', 'Two badges of two issuers, signed by keys on two curves.', await present(shown([first, second])));
await accept('holder-with-p256', 'The learner\'s key is on P-256.',
  await present(shown([await badge('of kaunas', {learner: kaunas.controller})], {holder: kaunas.controller}), kaunas),
  {features: ['ecdsa-rdfc-2019']});
await accept('no-holder', 'The presentation names no holder: who signs presents.', await present(shown([first], {holder: null})));
await accept('holder-as-object', 'The holder is an object with an id.', await present(shown([first], {holder: {id: ana.controller}})));
await accept('one-badge-without-a-list', 'The credential is not in an array.', await present({...shown([]), verifiableCredential: first}));
await accept('issuer-by-did-web', 'The badge is by an issuer who is a did:web.',
  await present(shown([await badge('by web', {key: surP256})])));
await accept('issuer-by-https', 'The badge is by an issuer with a controller document at an address.',
  await present(shown([await badge('by https', {key: hafenEd25519})])));
const older = await makers.sign(
  badgeOfVcdm11(noordzee.controller, ana.controller, [V1, OB_301, DATA_INTEGRITY_V2]), noordzee);
await accept('data-model-1-1', 'Presentation and credential of data model 1.1.',
  await present({...shown([older]), '@context': [V1, DATA_INTEGRITY_V2]}), {features: ['VCDM 1.1']});
await accept('about-somebody-else', 'Ana shows a badge of Bram: whose it is is asked only by some.',
  await present(shown([await badge('of bram', {learner: bram.controller})])));

const proofOf = document => document.proof;
await refuse('other-challenge', 'It answers the challenge of another verifier.',
  await present(shown([first]), ana, {challenge: 'uAnother'}), 'It was made for another occasion.', {checks: ['proof']});
await refuse('other-domain', 'It was made for another domain.',
  await present(shown([first]), ana, {domain: 'evil.example'}), 'Whoever it was made for could pass it on.', {checks: ['proof']});
await refuse('proof-for-assertion', 'The purpose of the proof is assertionMethod.',
  await makers.sign(shown([first]), ana, {created: CREATED, options: {challenge: ASKED.challenge, domain: ASKED.domain}}),
  'A presentation authenticates; a key for statements may be another.', {checks: ['proof']});
await refuse('proof-of-another', 'The proof is that of another presentation by the same learner, for the same challenge.',
  {...one, proof: proofOf(await present(shown([first, second])))}, 'It does not fit.', {checks: ['proof']});
await refuse('credential-swapped', 'The badge was swapped for another right badge after signing.',
  {...one, verifiableCredential: [second]}, 'The holder did not show that.', {checks: ['proof']});
await refuse('credential-added', 'A right badge was added after signing.',
  {...one, verifiableCredential: [first, second]}, 'The holder did not show that.', {checks: ['proof']});
await refuse('holder-swapped', 'Another holder was written into it after signing.',
  {...one, holder: bram.controller}, 'The key is not the other holder\'s.', {checks: ['proof', 'holder']});
await refuse('signed-by-a-stranger', 'Somebody shows a copy of Ana\'s badge, as Ana.',
  await present(shown([first]), impostor), 'The key is not Ana\'s.', {checks: ['holder']});
await refuse('unsigned', 'There is no proof.', shown([first]), 'Nothing shows who presents.', {checks: ['proof']});
await refuse('empty-proof-set', 'The set of proofs is empty.', {...one, proof: []}, 'Nothing shows who presents.',
  {checks: ['proof'], verdict: REFUSED});
await refuse('nothing-shown', 'There is no credential in it.', await present({...shown([]), verifiableCredential: undefined}),
  'It presents nothing.', {checks: ['credentials']});
await refuse('tampered-badge', 'The badge was changed before the presentation was signed.',
  await present(shown([{...first, name: 'Commands a fleet'}])), 'The holder cannot speak for the issuer.', {checks: ['credentials']});
await refuse('unsigned-badge', 'The badge has no proof of its own.',
  await present(shown([minimalBadge(noordzee.controller, ana.controller, 'shown unsigned')])),
  'The holder cannot speak for the issuer.', {checks: ['credentials']});
await refuse('expired-badge', 'The badge has expired.',
  await present(shown([await badge('expired', {validUntil: '2026-01-01T00:00:00Z'})])), 'It is shown as if it were valid.',
  {checks: ['credentials']});
await refuse('one-good-one-forged', 'One of two badges is signed by a stranger.',
  await present(shown([first, await makers.sign(minimalBadge(kaunas.controller, ana.controller, 'shown forged'), impostor)])),
  'One is enough.', {checks: ['credentials'], like: 'two-badges'});
await refuse('issuer-unreachable', 'The issuer\'s controller document cannot be had.',
  await present(shown([await badge('by web', {key: surP256})])), 'Whether the badge is right cannot be decided.',
  {checks: ['credentials'], verdict: 'indeterminate', like: 'issuer-by-did-web',
    more: {world: {'https://sur.example/.well-known/did.json': null}}});
await refuse('a-credential', 'It is a badge and no presentation.', first, 'Nobody presents it.',
  {checks: ['structure'], verdict: 'malformed'});

// --- as tokens ---------------------------------------------------------------------------------------------------------

const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwkOf = key => privateJwk(key.type, key.name);

async function sign(claims, key, header = {}) {
  const members = {alg: ALGORITHMS[key.type], kid: key.id, ...header};
  const input = `${encode(members)}.${encode(claims)}`;
  const signature = await kept.sign(key.name, input, async () => {
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader(members).sign(keyObject(jwkOf(key)));
    return Buffer.from(token.split('.')[2], 'base64url');
  });
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

const vcJwt = (name, {key = kaunas, learner = ana.controller, header, claims} = {}) => sign(
  {...minimalBadge(key.controller, learner, `token shown ${name}`), ...claims}, key, {typ: 'vc+jwt', cty: 'vc', ...header});
const envelope = (token, type = 'EnvelopedVerifiableCredential', mediaType = 'application/vc+jwt') =>
  ({'@context': V2, type, id: `data:${mediaType},${token}`});
const claimsFor = {nonce: ASKED.challenge, aud: ASKED.domain, iat: NOW - 60, exp: NOW + 300};
const vpJwt = (credentials, {key = ana, header, claims, ...more} = {}) => sign(
  {...shown(credentials, more), ...claimsFor, ...claims}, key, {typ: 'vp+jwt', cty: 'vp', ...header});

async function acceptToken(id, description, token, key = ana, {input, features = [], more = {}} = {}) {
  await compactVerify(token, publicKeyObject(jwkOf(key)));
  folders.addCase({
    id, description, input: input ?? ['presentation.jwt', token], at: AT, asked: ASKED, features: ['JOSE', ...features],
    expect: {verdict: 'valid'}, makersSay: {verified: true},
    reason: 'Its holder signed it for who asks, and every credential in it is right.', ...more
  });
}

function refuseToken(id, description, token, reason, {checks, verdict = 'invalid', like = 'vp-jwt'}) {
  folders.addCase({
    id, description, input: ['presentation.jwt', token], at: AT, asked: ASKED, features: ['JOSE'],
    expect: {verdict, checks}, reason, acceptedNeighbour: like
  });
}

const inToken = envelope(await vcJwt('one'));
await acceptToken('vp-jwt', 'A badge as vc+jwt in a presentation as vp+jwt.', await vpJwt([inToken]), ana, {features: ['vp+jwt', 'vc+jwt']});
await acceptToken('vp-jwt-p256', 'The learner\'s key is on P-256.',
  await vpJwt([envelope(await vcJwt('of kaunas', {learner: kaunas.controller}))], {key: kaunas, holder: kaunas.controller}),
  kaunas, {features: ['vp+jwt', 'ES256']});
await acceptToken('vp-jwt-embedded-proof-inside', 'A badge with an embedded proof in a presentation as vp+jwt.', await vpJwt([first, inToken]));
await acceptToken('vp-jwt-iss-and-relative-kid', 'The key is named by its fragment, and by iss whose it is.',
  await vpJwt([inToken], {claims: {iss: ana.controller}, header: {kid: `#${ana.id.split('#')[1]}`}}));
const enveloped = await vpJwt([inToken]);
await acceptToken('enveloped-presentation', 'The presentation is in an envelope itself.', enveloped, ana, {input: [
  'presentation.json', JSON.stringify(envelope(enveloped, 'EnvelopedVerifiablePresentation', 'application/vp+jwt'), null, 2) + '\n']});
const olderBadge = badgeOfVcdm11(kaunas.controller, ana.controller, [V1]);
const olderClaims = await sign({iss: kaunas.controller, jti: olderBadge.id, sub: ana.controller,
  nbf: Date.parse(olderBadge.issuanceDate) / 1000, vc: {
    '@context': [V1], id: olderBadge.id, type: ['VerifiableCredential'], issuer: kaunas.controller,
    issuanceDate: olderBadge.issuanceDate, credentialSubject: {id: ana.controller}
  }}, kaunas, {typ: 'JWT'});
const vpOf11 = {'@context': [V1], type: ['VerifiablePresentation'], verifiableCredential: [olderClaims]};
await acceptToken('vp-claim', 'Data model 1.1: the presentation is in the claim vp, the credential a token.',
  await sign({iss: ana.controller, vp: vpOf11, nonce: ASKED.challenge, aud: ASKED.domain}, ana, {typ: 'JWT'}), ana,
  {features: ['VCDM 1.1']});
folders.addCase({
  id: 'enveloped-badge-in-a-signed-presentation', description: 'A badge as vc+jwt in a presentation with an embedded proof.',
  input: ['presentation.json', JSON.stringify(await present(shown([inToken])), null, 2) + '\n'], at: AT, asked: ASKED,
  features: ['Data Integrity', 'JOSE'], expect: {verdict: 'valid'},
  reason: 'The holder signed the envelope, and the issuer what it holds.'
});

const [head, payload, signature] = enveloped.split('.');
const changed = {...JSON.parse(Buffer.from(payload, 'base64url')), verifiableCredential: [envelope(await vcJwt('other'))]};
const inProof = {checks: ['proof']};
refuseToken('vp-jwt-credential-swapped', 'The badge was swapped after signing.', `${head}.${encode(changed)}.${signature}`, 'It is signed.', inProof);
refuseToken('vp-jwt-other-nonce', 'The nonce is that of another verifier.', await vpJwt([inToken], {claims: {nonce: 'uAnother'}}), 'It was made for another occasion.', inProof);
refuseToken('vp-jwt-other-audience', 'It was made for another domain.', await vpJwt([inToken], {claims: {aud: 'evil.example'}}), 'Whoever it was made for could pass it on.', inProof);
refuseToken('vp-jwt-expired', 'exp has passed.', await vpJwt([inToken], {claims: {exp: NOW - 3600}}), 'It was for an hour ago.', {checks: ['period']});
refuseToken('vp-jwt-by-a-stranger', 'Somebody shows a copy of Ana\'s badge, as Ana.', await vpJwt([inToken], {key: impostor}), 'The key is not Ana\'s.', {checks: ['holder']});
refuseToken('vp-jwt-kid-of-another', 'It names Ana\'s key and is signed with another.', await vpJwt([inToken], {key: impostor, header: {kid: ana.id}}), 'It does not fit.', inProof);
refuseToken('vp-jwt-iss-of-another', 'iss and holder differ.', await vpJwt([inToken], {claims: {iss: bram.controller}}), 'iss must be the holder.', inProof);
refuseToken('vp-jwt-with-a-vp-claim', 'There is a claim vp beside the presentation.', await vpJwt([inToken], {claims: {vp: shown([inToken])}}),
  'Two readers would find two presentations.', {checks: ['structure'], verdict: REFUSED});
refuseToken('vp-jwt-typ-of-a-credential', 'typ is vc+jwt.', await vpJwt([inToken], {header: {typ: 'vc+jwt'}}), 'typ and payload disagree.', {checks: ['structure', 'proof'], verdict: REFUSED});
refuseToken('vp-jwt-unsigned', 'alg is none, and the signature empty.', `${encode({alg: 'none', typ: 'vp+jwt'})}.${payload}.`, 'Nobody signed it.', {checks: ['structure', 'proof'], verdict: REFUSED});
refuseToken('vp-jwt-crit', 'The header was changed: crit demands an extension.',
  `${encode({alg: 'EdDSA', kid: ana.id, typ: 'vp+jwt', crit: ['exp'], exp: NOW})}.${payload}.${signature}`, 'No extension is known.', {checks: ['structure', 'proof'], verdict: REFUSED});
const tokens = {
  'badge-by-a-stranger': [await sign({...minimalBadge(kaunas.controller, ana.controller, 'token forged')}, impostor, {typ: 'vc+jwt'}), 'The key is not the issuer\'s.'],
  'badge-with-a-vc-claim': [await vcJwt('vc claim', {claims: {vc: {}}}), 'Two readers would find two credentials.'],
  'badge-iss-of-another': [await vcJwt('iss', {claims: {iss: bram.controller}}), 'iss must be the issuer.'],
  'badge-expired': [await vcJwt('exp', {claims: {exp: NOW - 3600}}), 'exp has passed.'],
  'badge-typ-of-a-presentation': [await vcJwt('typ', {header: {typ: 'vp+jwt', cty: undefined}}), 'typ and payload disagree.'],
  'badge-in-two-envelopes': [await sign(inToken, kaunas, {typ: 'vc+jwt'}), 'A token holds a credential, not an envelope.']
};
for(const [id, [token, reason]] of Object.entries(tokens)) {
  refuseToken(`vp-jwt-${id}`, `The token inside the presentation is not right. ${reason}`, await vpJwt([envelope(token)]), reason, {checks: ['credentials']});
}
refuseToken('vp-jwt-envelope-of-another-type', 'The envelope of the badge says text/plain.',
  await vpJwt([envelope(await vcJwt('one'), 'EnvelopedVerifiableCredential', 'text/plain')]), 'That is no secured credential.', {checks: ['credentials']});
refuseToken('vp-jwt-envelope-not-base64', 'The envelope says base64, and it is none.',
  await vpJwt([envelope('@@@', 'EnvelopedVerifiableCredential', 'application/vc+jwt;base64')]), 'It cannot be decoded.', {checks: ['credentials', 'context']});

folders.addFile('world.json', JSON.stringify(world, null, 2) + '\n');
folders.write();
kept.write();
