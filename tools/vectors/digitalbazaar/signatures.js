/**
 * Signatures and keys at the edge: what a library may let through although it must not, and the other way round.
 */
import * as base58 from 'base58-universal';
import {REFUSED} from './family.js';

// the order of the Ed25519 group (RFC 8032, 5.1) and of P-256 (FIPS 186-5)
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export async function addSignatures(family, {kaunas}) {
  const eddsa = 'eddsa-rdfc-2022/minimal-badge';
  const ecdsa = 'ecdsa-rdfc-2019-p256/minimal-badge';
  const features = ['signature'];
  const edit = change => document => {
    const bytes = Buffer.from(base58.decode(document.proof.proofValue.slice(1)));
    document.proof.proofValue = 'z' + base58.encode(change(bytes));
  };
  const refuse = (name, like, description, reason, how) => family.refuse(`signatures/${name}`, {
    like, description, reason, features, checks: ['proof'], ...how
  });

  await refuse('ed25519-s-plus-order', eddsa, 'The group order was added to S.',
    'RFC 8032, 5.1.7: S must be below the order, or one signature has several spellings.', {
      change: edit(bytes => Buffer.concat([
        bytes.subarray(0, 32), littleEndian(fromLittleEndian(bytes.subarray(32)) + ED25519_ORDER)
      ]))});
  await refuse('ed25519-all-zero', eddsa, 'The signature is sixty-four zero bytes.', 'It is none.', {
    verdict: REFUSED, change: edit(() => Buffer.alloc(64))});
  const identity = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
  const weak = `z${base58.encode(Buffer.concat([Buffer.from([0xed, 0x01]), identity]))}`;
  await refuse('ed25519-key-for-every-message', eddsa,
    'The issuer\'s key is the neutral element of the group, and the signature is that point with S = 0.',
    'Such a pair verifies for every message whatever; a key of small order is nobody\'s key.', {
      verdict: REFUSED, checks: ['proof', 'issuer'], change: document => {
        document.issuer.id = `did:key:${weak}`;
        document.proof.verificationMethod = `did:key:${weak}#${weak}`;
        document.proof.proofValue = 'z' + base58.encode(Buffer.concat([identity, Buffer.alloc(32)]));
        document.credentialSubject.achievement.name = 'Whatever you like';
      }});
  await refuse('p256-all-zero', ecdsa, 'The signature is sixty-four zero bytes.',
    'r and s must not be zero; implementations that forgot accepted it for every message (CVE-2022-21449).', {
      verdict: REFUSED, change: edit(() => Buffer.alloc(64))});
  await refuse('p256-order-in-place-of-r', ecdsa, 'r is the order of the group.', 'r must be below the order.', {
    verdict: REFUSED, change: edit(bytes => Buffer.concat([bigEndian(P256_ORDER), bytes.subarray(32)]))});
  await refuse('p256-in-der', ecdsa, 'The signature is an ASN.1 sequence.',
    'The suites write r and s side by side (IEEE P1363).', {
      verdict: REFUSED, change: edit(bytes => Buffer.from(derSequence(bytes)))});
  await refuse('p256-r-and-s-swapped', ecdsa, 'r and s have changed places.', 'Then it is another signature.', {
    change: edit(bytes => Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]))});
  await family.accept('signatures/p256-other-s', {
    like: ecdsa, features,
    change: edit(bytes => Buffer.concat([
      bytes.subarray(0, 32), bigEndian(P256_ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`))
    ])),
    description: 's is replaced by the order minus s.',
    reason: 'ECDSA accepts both; neither FIPS 186-5 nor the suite asks for the smaller one. So a proof value is no identifier.'
  });
  await refuse('p384-signature-by-p256-key', 'ecdsa-rdfc-2019-p384/minimal-badge',
    'The badge of a P-384 issuer carries the signature of a P-256 key.', 'Sixty-four bytes are no P-384 signature.', {
      verdict: REFUSED, change: document => {
        document.proof.proofValue = family.documentOf(ecdsa).proof.proofValue;
      }});
  await refuse('key-with-the-code-of-another-curve', ecdsa,
    'The key of the issuer\'s DID has the right bytes under the code of P-384.', 'A P-384 point has forty-nine bytes.', {
      verdict: ['invalid', 'malformed', 'indeterminate'], checks: ['proof', 'issuer'], change: document => {
        const bytes = base58.decode(kaunas.pair.publicKeyMultibase.slice(1));
        const mislabelled = `z${base58.encode(Buffer.concat([Buffer.from([0x81, 0x24]), bytes.subarray(2)]))}`;
        document.issuer.id = `did:key:${mislabelled}`;
        document.proof.verificationMethod = `did:key:${mislabelled}#${mislabelled}`;
      }});
  await refuse('key-that-is-no-point', ecdsa, 'The key of the issuer\'s DID is no point of the curve.',
    'It cannot be anybody\'s key.', {
      verdict: ['invalid', 'malformed', 'indeterminate'], checks: ['proof', 'issuer'], change: document => {
        const off = Buffer.concat([Buffer.from([0x80, 0x24, 2]), Buffer.alloc(31, 0), Buffer.from([7])]);
        const name = `z${base58.encode(off)}`;
        document.issuer.id = `did:key:${name}`;
        document.proof.verificationMethod = `did:key:${name}#${name}`;
      }});
}

const fromLittleEndian = bytes => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const bigEndian = number => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const littleEndian = number => bigEndian(number).reverse();

function derSequence(signature) {
  const integer = bytes => {
    let start = 0;
    while(start < bytes.length - 1 && bytes[start] === 0) {
      start++;
    }
    const trimmed = bytes.subarray(start);
    const value = trimmed[0] & 0x80 ? Buffer.concat([Buffer.alloc(1), trimmed]) : trimmed;
    return Buffer.concat([Buffer.from([2, value.length]), value]);
  };
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
