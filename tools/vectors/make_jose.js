/**
 * Makes vectors/jose: Open Badges 3.0 secured as JSON Web Tokens by the npm package jose, and what became of them.
 *
 *     npm ci && node make_jose.js
 *
 * `jose` signs every honest token and reads it back. A spoiled token is made by hand from an honest one, because no
 * library would make it; the description says what was done.
 */
import {CompactSign, compactVerify} from 'jose';
import {createHmac} from 'node:crypto';
import {CaseFolders} from './case_folders.js';
import {KeptSignatures} from './kept_signatures.js';
import {badgeOfVcdm11, fullBadge, minimalBadge} from './badges.js';
import {OB_301, V1} from './contexts.js';
import {keyObject, multikey, privateJwk, publicJwk, publicKeyObject} from './test_keys.js';
import {passport} from './passport.js';

const AT = '2026-03-01T12:00:00Z';
const NBF = Date.parse('2025-09-01T08:00:00Z') / 1000;
const REFUSED = ['invalid', 'malformed'];
const LEARNER = 'did:example:ana';
const ISSUER = 'https://academy.example/issuers/7';
const JWKS = 'https://academy.example/.well-known/jwks.json';
const TYPES = {EdDSA: 'Ed25519', ES256: 'P-256', ES384: 'P-384', RS256: 'RSA'};

const kept = new KeptSignatures('jose');
const folders = new CaseFolders('jose', passport({
  title: 'Open Badges 3.0 secured as JSON Web Tokens with the npm package jose',
  generator: 'tools/vectors/make_jose.js',
  packages: ['jose']
}));

const keys = Object.fromEntries(Object.entries(TYPES).map(([alg, type]) => [alg, privateJwk(type, `jose ${alg}`)]));
const stranger = privateJwk('P-256', 'jose stranger');
const named = alg => ({...publicJwk(keys[alg]), kid: `key-${alg}`});
const world = {[JWKS]: {keys: Object.keys(keys).map(named)}};

const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token by jose; ECDSA signatures that were made once are used again. */
async function sign(header, claims, jwk = keys[header.alg]) {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = await kept.sign(jwk.x ?? jwk.n, input, async () => {
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader(header).sign(keyObject(jwk), {crit: {b64: true}});
    return Buffer.from(token.split('.')[2], 'base64url');
  });
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

const claimsOf = (badge, more = {}) => ({
  ...badge, iss: badge.issuer.id, jti: badge.id, sub: badge.credentialSubject.id, nbf: NBF, ...more
});

async function accept(id, description, token, jwk, {more = {}, features = [], notes} = {}) {
  await compactVerify(token, publicKeyObject(jwk));
  folders.addCase({
    id, description, input: ['credential.jwt', token], at: AT, features: ['VC-JWT', ...features],
    expect: {verdict: 'valid', ...notes && {notes}}, reason: 'The token says what Open Badges 3.0 wants it to say.',
    makersSay: {verified: true}, ...more
  });
}

function refuse(id, description, token, reason, {checks = ['proof'], verdict = 'invalid', like = 'rs256', more = {}} = {}) {
  folders.addCase({
    id, description, input: ['credential.jwt', token], at: AT, features: ['VC-JWT'],
    expect: {verdict, checks}, reason, acceptedNeighbour: like, ...more
  });
}

const badge = minimalBadge(ISSUER, LEARNER, 'token');

for(const alg of Object.keys(TYPES)) {
  const token = await sign({alg, typ: 'JWT', kid: `${ISSUER}#key-${alg}`}, claimsOf(badge));
  await accept(alg.toLowerCase(), `A small badge, ${alg}, its key in the key set of the issuer's host.`, token, keys[alg],
    {features: [alg]});
  const direct = await sign({alg, typ: 'JWT', jwk: publicJwk(keys[alg])}, claimsOf(badge));
  await accept(`${alg.toLowerCase()}-jwk`, `The key is in the header, and in the key set too, ${alg}.`, direct, keys[alg],
    {features: [alg]});
  const [head, payload, signature] = token.split('.');
  const other = JSON.parse(Buffer.from(payload, 'base64url'));
  other.name = 'Commands a fleet';
  refuse(`${alg.toLowerCase()}-changed-claim`, `The name was changed after signing, ${alg}.`,
    `${head}.${encode(other)}.${signature}`, 'It is signed.', {like: alg.toLowerCase()});
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] ^= 1;
  refuse(`${alg.toLowerCase()}-changed-signature`, `One bit of the signature is another, ${alg}.`,
    `${head}.${payload}.${bytes.toString('base64url')}`, 'It does not fit.', {like: alg.toLowerCase()});
}

const didKey = async (type, name) => {
  const pair = await multikey(type, name);
  return `did:key:${pair.publicKeyMultibase}`;
};
for(const [alg, type] of [['EdDSA', 'Ed25519'], ['ES256', 'P-256'], ['ES384', 'P-384']]) {
  const did = await didKey(type, `jose ${alg}`);
  const claims = claimsOf(minimalBadge(did, LEARNER, `token by ${alg}`));
  const token = await sign({alg, typ: 'JWT', kid: `${did}#${did.slice(8)}`}, claims);
  await accept(`did-key-${alg.toLowerCase()}`, `The issuer is a did:key, ${alg}.`, token, keys[alg], {features: ['did:key']});
}
const didJwk = `did:jwk:${encode(publicJwk(keys.RS256))}`;
await accept('did-jwk-rs256', 'The issuer is a did:jwk with an RSA key.',
  await sign({alg: 'RS256', typ: 'JWT', kid: `${didJwk}#0`}, claimsOf(minimalBadge(didJwk, LEARNER, 'token by did:jwk'))),
  keys.RS256, {features: ['did:jwk']});
const didWeb = 'did:web:academy.example';
world['https://academy.example/.well-known/did.json'] = {
  id: didWeb,
  verificationMethod: [{id: `${didWeb}#key-1`, type: 'JsonWebKey', controller: didWeb, publicKeyJwk: publicJwk(keys.ES256)}],
  assertionMethod: [`${didWeb}#key-1`]
};
await accept('did-web-es256', 'The issuer is a did:web that lists the key as a JWK.',
  await sign({alg: 'ES256', typ: 'JWT', kid: `${didWeb}#key-1`}, claimsOf(minimalBadge(didWeb, LEARNER, 'token by did:web'))),
  keys.ES256, {features: ['did:web']});
const controller = 'https://workshop.example/issuer';
world[controller] = {
  id: controller,
  verificationMethod: [
    {id: `${controller}#key-1`, type: 'JsonWebKey', controller, publicKeyJwk: publicJwk(keys.ES256)}
  ],
  assertionMethod: [`${controller}#key-1`]
};
await accept('controller-document', 'The https issuer publishes a controller document instead of a key set.',
  await sign({alg: 'ES256', typ: 'JWT', kid: `${controller}#key-1`}, claimsOf(minimalBadge(controller, LEARNER, 'token by workshop'))),
  keys.ES256);

await accept('full-badge', 'Almost everything that a badge can say.',
  await sign({alg: 'RS256', kid: `${ISSUER}#key-RS256`}, claimsOf(fullBadge(ISSUER, LEARNER), {nbf: undefined, exp: undefined})),
  keys.RS256, {features: ['full']});
const older = {...badgeOfVcdm11(ISSUER, LEARNER, [V1, OB_301])};
const olderClaims = {iss: ISSUER, jti: older.id, sub: older.credentialSubject.id,
  nbf: Date.parse(older.issuanceDate) / 1000, vc: older,
  ...older.expirationDate && {exp: Date.parse(older.expirationDate) / 1000}};
await accept('vc-claim', 'Data model 1.1: the credential is in the claim vc.',
  await sign({alg: 'RS256', typ: 'JWT', kid: `${ISSUER}#key-RS256`}, olderClaims), keys.RS256, {features: ['VCDM 1.1']});

const header = {alg: 'RS256', typ: 'JWT', kid: `${ISSUER}#key-RS256`};
await accept('without-nbf', 'The claim nbf is missing.', await sign(header, claimsOf(badge, {nbf: undefined})), keys.RS256,
  {notes: ['jwt_claim_missing']});
await accept('without-sub', 'The claim sub is missing.', await sign(header, claimsOf(badge, {sub: undefined})), keys.RS256,
  {notes: ['jwt_claim_missing']});

const claimCases = {
  'iss-of-another': [{iss: 'https://other.example/'}, 'iss is not the issuer.', ['proof', 'issuer']],
  'jti-of-another': [{jti: 'urn:uuid:00000000-0000-4000-8000-000000000000'}, 'jti is not the id.', ['proof']],
  'sub-of-another': [{sub: 'did:example:eva'}, 'sub is not the subject.', ['proof']],
  'nbf-of-another-day': [{nbf: NBF - 86400}, 'nbf is not validFrom.', ['proof']],
  'exp-in-the-past': [{exp: NBF + 3600}, 'exp is past.', ['period', 'proof']],
  'iss-missing': [{iss: undefined}, 'Nothing says whose token it is.', ['proof', 'issuer']],
  'two-credentials': [{vc: badge}, 'There is a credential in the payload and one in vc.', ['proof', 'structure']]
};
for(const [id, [more, reason, checks]] of Object.entries(claimCases)) {
  refuse(id, `Signed with claims that do not fit: ${reason}`, await sign(header, claimsOf(badge, more)), reason,
    {checks, verdict: REFUSED});
}

refuse('jwk-bound-to-nothing', 'Signed with a key of a stranger, who put it into the header.',
  await sign({alg: 'ES256', typ: 'JWT', jwk: publicJwk(stranger)}, claimsOf(badge), stranger),
  'The issuer does not publish that key.', {checks: ['issuer'], like: 'es256-jwk'});
const strangerDid = await didKey('P-256', 'jose stranger');
refuse('kid-of-another-issuer', 'Signed with the did:key of a stranger.',
  await sign({alg: 'ES256', typ: 'JWT', kid: `${strangerDid}#${strangerDid.slice(8)}`}, claimsOf(badge), stranger),
  'The issuer does not publish that key.', {checks: ['issuer', 'proof'], like: 'es256'});
refuse('unreachable-key-set', 'Nothing answers at the issuer.', await sign(header, claimsOf(badge)),
  'Whether the key is the issuer\'s cannot be decided now.',
  {checks: ['proof', 'issuer'], verdict: 'indeterminate', more: {world: {[JWKS]: null}}});

const payload = encode(claimsOf(badge));
const raw = (head, signature = 'AAAA') => `${encode(head)}.${payload}.${signature}`;
const pem = publicKeyObject(keys.RS256).export({type: 'spki', format: 'pem'});
const hmac = createHmac('sha256', pem).update(`${encode({alg: 'HS256', typ: 'JWT', kid: header.kid})}.${payload}`).digest('base64url');
refuse('alg-none', 'The algorithm is none.', raw({...header, alg: 'none'}), 'Nobody signed it.', {verdict: REFUSED});
refuse('alg-none-without-signature', 'The algorithm is none, and there is no signature.', raw({...header, alg: 'none'}, ''),
  'Nobody signed it.', {verdict: REFUSED, checks: ['proof', 'structure']});
refuse('hmac-with-the-public-key', 'HS256 with the public RSA key as secret.', raw({alg: 'HS256', typ: 'JWT', kid: header.kid}, hmac),
  'Everybody knows that secret.');

const headerCases = {
  'header-crit': [{crit: ['b64'], b64: true}, 'An extension that must be understood.', ['proof', 'structure']],
  'header-x5u': [{x5u: 'https://evil.example/'}, 'Open Badges allow no further headers.', ['proof']],
  'header-jku': [{jku: 'https://evil.example/'}, 'Open Badges allow no further headers.', ['proof']],
  'typ-of-another-kind': [{typ: 'at+jwt'}, 'This is another kind of token.', ['proof']],
  'no-key-named': [{kid: undefined}, 'No key is named.', ['proof']],
  'private-key-in-the-header': [{jwk: keys.RS256}, 'The private key is published with the token.', ['proof']]
};
for(const [id, [more, reason, checks]] of Object.entries(headerCases)) {
  refuse(id, `Signed with another header. ${reason}`, await sign({...header, ...more}, claimsOf(badge)), reason,
    {checks, verdict: REFUSED});
}

const good = await sign(header, claimsOf(badge));
const [goodHead, goodPayload, goodSignature] = good.split('.');
const textCases = {
  'padding': [`${good}=`, 'Compact tokens have no padding.'],
  'four-parts': [`${good}.AAAA`, 'A compact JWS has three parts.'],
  'two-parts': [`${goodHead}.${goodPayload}`, 'A compact JWS has three parts.'],
  'blank-inside': [`${goodHead}.${goodPayload} .${goodSignature}`, 'A blank is not base64url.'],
  'line-break-inside': [`${goodHead}.\n${goodPayload}.${goodSignature}`, 'A line break is not base64url.'],
  'signature-cut': [`${goodHead}.${goodPayload}.${goodSignature.slice(0, -8)}`, 'Part of the signature is missing.'],
  'plain-base64': [`${goodHead}.${goodPayload}.${Buffer.from(goodSignature, 'base64url').toString('base64')}`,
    'This is base64 and not base64url.']
};
for(const [id, [text, reason]] of Object.entries(textCases)) {
  refuse(id, `The text of the token was changed. ${reason}`, text, reason, {checks: ['proof', 'structure'], verdict: REFUSED});
}

folders.addFile('world.json', JSON.stringify(world, null, 2) + '\n');
folders.write();
kept.write();
