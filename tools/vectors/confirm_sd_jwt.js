/**
 * What jose says of our SD-JWTs, and one that it signs, as JSON on standard output (for tools/confirm_sd_jwt.py).
 *
 * jose knows JSON Web Signatures and not SD-JWT: it is asked about the issuer's JWT and the key binding, and signs claims
 * whose digests are made here with node's own SHA-256.
 */
import {CompactSign, compactVerify, importJWK} from 'jose';
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {versionOf} from './contexts.js';

const ours = JSON.parse(readFileSync(fileURLToPath(new URL('../../vectors/sd-jwt-interop/ours.json', import.meta.url)), 'utf8'));
const COLLEGE = 'https://college.example';
const publicOf = ({d, ...jwk}) => jwk;
const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const digest = text => createHash('sha256').update(text).digest('base64url');
const issuer = await importJWK(publicOf(ours.keys.issuer), 'EdDSA');
const holder = await importJWK(publicOf(ours.keys.holder), 'EdDSA');

async function verify(token) {
  const parts = token.split('~');
  await compactVerify(parts[0], issuer, {algorithms: ['EdDSA']});
  if(parts.at(-1) !== '') {
    await compactVerify(parts.at(-1), holder, {algorithms: ['EdDSA']});
  }
}

function changed(token) {
  const [header, claims, ...rest] = token.split('.');
  const said = {...JSON.parse(Buffer.from(claims, 'base64url')), grade: 'A'};
  return [header, encode(said), ...rest].join('.');
}

const answer = async token => {
  try {
    await verify(token);
    return true;
  } catch(error) {
    return `${error.code ?? error.name}: ${error.message}`.slice(0, 160);
  }
};

async function sign(claims, header, jwk) {
  const key = await importJWK(jwk, 'EdDSA');
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({alg: 'EdDSA', ...header}).sign(key);
}

async function make() {
  const name = encode(['c2FsdC0xLW9mLWpvc2U', 'given_name', 'Ada']);
  const course = encode(['c2FsdC0yLW9mLWpvc2U', 'Knots']);
  const claims = {
    iss: COLLEGE, vct: `${COLLEGE}/diploma`, iat: ours.at - 86400, exp: ours.at + 86400, _sd_alg: 'sha-256',
    _sd: [digest(name)], courses: ['Sails', {'...': digest(course)}], cnf: {jwk: publicOf(ours.keys.holder)}
  };
  const jwt = await sign(claims, {typ: 'dc+sd-jwt', kid: '1'}, ours.keys.issuer);
  const shown = `${jwt}~${name}~`;
  const binding = {iat: ours.at, aud: ours.audience, nonce: ours.nonce, sd_hash: digest(shown)};
  return {
    diploma: `${jwt}~${name}~${course}~`,
    'diploma-bound': shown + await sign(binding, {typ: 'kb+jwt'}, ours.keys.holder)
  };
}

const said = {};
for(const [name, token] of Object.entries(ours.tokens)) {
  said[name] = {verified: await answer(token), changed: await answer(changed(token))};
}
console.log(JSON.stringify({name: `jose ${versionOf('jose')}`, made: await make(), said}));
