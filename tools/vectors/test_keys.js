/**
 * Test keys, all derived from the names written here. Everybody can compute the private halves: they protect nothing.
 *
 * A key comes from SHA-512("vcwallet test key, protects nothing: " + name). Ed25519 takes the first 32 bytes as its
 * seed, the NIST curves take the digest modulo the order of the group, RSA searches its primes from there on.
 */
import {checkPrimeSync, createECDH, createHash, createPrivateKey, createPublicKey} from 'node:crypto';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';

const LABEL = 'vcwallet test key, protects nothing: ';

const CURVES = {
  'P-256': {
    node: 'prime256v1',
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  },
  'P-384': {
    node: 'secp384r1',
    bytes: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n
  }
};

const digest = text => createHash('sha512').update(LABEL + text).digest();
const toBigInt = bytes => BigInt('0x' + Buffer.from(bytes).toString('hex'));
const toBytes = (number, length) => Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');
const base64url = bytes => Buffer.from(bytes).toString('base64url');

/** A private JWK that is the same on every machine. `type` is Ed25519, P-256, P-384 or RSA. */
export function privateJwk(type, name) {
  if(type === 'Ed25519') {
    const seed = digest(name).subarray(0, 32);
    // RFC 8410: the fixed DER prefix of an Ed25519 PKCS #8 key
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    return createPrivateKey({key: der, format: 'der', type: 'pkcs8'}).export({format: 'jwk'});
  }
  if(type in CURVES) {
    const {node, bytes, order} = CURVES[type];
    const scalar = toBytes(toBigInt(digest(name)) % (order - 1n) + 1n, bytes);
    const curve = createECDH(node);
    curve.setPrivateKey(scalar);
    const point = curve.getPublicKey();
    return {
      kty: 'EC',
      crv: type,
      x: base64url(point.subarray(1, 1 + bytes)),
      y: base64url(point.subarray(1 + bytes)),
      d: base64url(scalar)
    };
  }
  if(type === 'RSA') {
    return rsaJwk(name);
  }
  throw new TypeError(`no key type ${type}`);
}

export function publicJwk(jwk) {
  const {kty, crv, x, y, n, e} = jwk;
  return Object.fromEntries(Object.entries({kty, crv, x, y, n, e}).filter(([, value]) => value !== undefined));
}

export function keyObject(jwk) {
  return createPrivateKey({key: jwk, format: 'jwk'});
}

export function publicKeyObject(jwk) {
  return createPublicKey({key: publicJwk(jwk), format: 'jwk'});
}

/** A Multikey pair of Digital Bazaar's libraries; `type` is Ed25519, P-256 or P-384. */
export async function multikey(type, name) {
  const jwk = privateJwk(type, name);
  if(type === 'Ed25519') {
    return Ed25519Multikey.fromJwk({jwk, secretKey: true});
  }
  return EcdsaMultikey.fromJwk({jwk: {...jwk, key_ops: ['sign']}, secretKey: true});
}

/** RSA-2048 with e = 65537; the primes are the first ones above two numbers made from the name. */
function rsaJwk(name) {
  const e = 65537n;
  const p = primeFrom(`${name}, first prime`, e);
  const q = primeFrom(`${name}, second prime`, e);
  const d = inverse(e, (p - 1n) * (q - 1n));
  const fields = {n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p)};
  const jwk = {kty: 'RSA'};
  for(const [field, number] of Object.entries(fields)) {
    const hex = number.toString(16);
    jwk[field] = base64url(Buffer.from(hex.padStart(hex.length + hex.length % 2, '0'), 'hex'));
  }
  return jwk;
}

function primeFrom(name, e) {
  const start = Buffer.concat([digest(`${name} 1`), digest(`${name} 2`)]);
  start[0] |= 0xc0; // the product of two such primes has 2048 bits
  start[start.length - 1] |= 1;
  for(let candidate = toBigInt(start); ; candidate += 2n) {
    if(candidate % e !== 1n && checkPrimeSync(candidate)) {
      return candidate;
    }
  }
}

function inverse(value, modulus) {
  let [r0, r1, s0, s1] = [modulus, value % modulus, 0n, 1n];
  while(r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1];
  }
  return (s0 % modulus + modulus) % modulus;
}
