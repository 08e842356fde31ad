/**
 * Selective disclosure with Digital Bazaar's libraries: signs and derives badges into vectors/selective-disclosure/theirs,
 * derives from what vcwallet has issued, and says of everything derived whether it verifies, also with a word changed.
 *
 *     node make_selective.js
 *
 * Their proofs are random, so files that are there and still verify are kept.
 */
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as bbs2023 from '@digitalbazaar/bbs-2023-cryptosuite';
import * as ecdsaSd2023 from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {loadContexts, versionOf} from './contexts.js';

const FOLDER = fileURLToPath(new URL('../../vectors/selective-disclosure/', import.meta.url));
const NOW = new Date('2026-03-01T12:00:00Z');
const CREATED = '2026-03-01T12:00:00Z';
const SUITES = {'ecdsa-sd-2023': ecdsaSd2023, 'bbs-2023': bbs2023};
const PACKAGES = ['@digitalbazaar/ecdsa-sd-2023-cryptosuite', '@digitalbazaar/bbs-2023-cryptosuite', '@digitalbazaar/vc'];
const MANDATORY = ['/type', '/issuer', '/validFrom', '/validUntil', '/credentialSubject/id', '/credentialSubject/type'];
const KINDS = ['plain', 'rich', 'text'];
const SHOWN = [
  '/credentialSubject/achievement/name', '/credentialSubject/achievement/description',
  '/credentialSubject/achievement/criteria', '/credentialSubject/achievement/resultDescription',
  '/credentialSubject/result/1'
];

const contexts = await loadContexts();
const path = name => join(FOLDER, name);
const read = name => JSON.parse(readFileSync(path(name), 'utf8'));
const write = (name, value) => {
  mkdirSync(dirname(path(name)), {recursive: true});
  writeFileSync(path(name), JSON.stringify(value, null, 2) + '\n');
};
const short = error => String(error?.errors?.[0]?.message ?? error?.message ?? error).split('\n')[0].slice(0, 160);

async function keyDocument(url) {
  const did = url.split('#')[0];
  const publicKeyMultibase = did.slice('did:key:'.length);
  const id = `${did}#${publicKeyMultibase}`;
  const library = publicKeyMultibase.startsWith('zUC7') ? Bls12381Multikey : EcdsaMultikey;
  const pair = await library.from({type: 'Multikey', id, controller: did, publicKeyMultibase});
  const method = await pair.export({publicKey: true});
  return url.includes('#') ? {...method, '@context': 'https://w3id.org/security/multikey/v1'} : {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [method], assertionMethod: [id]
  };
}

async function documentLoader(url) {
  const known = contexts.get(url)?.document;
  const document = known ?? (url.startsWith('did:key:') ? await keyDocument(url) : undefined);
  if(document === undefined) {
    throw new Error(`nothing answers at ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

async function makeSigner(securing) {
  const seed = createHash('sha256').update(`selective disclosure, ${securing}`).digest();
  const pair = securing === 'bbs-2023' ?
    await Bls12381Multikey.generateBbsKeyPair({algorithm: 'BBS-BLS12-381-SHA-256', seed}) :
    await EcdsaMultikey.from(read('keys.json')['ecdsa-sd-2023']);
  const {publicKeyMultibase} = await pair.export({publicKey: true});
  pair.controller = `did:key:${publicKeyMultibase}`;
  pair.id = `${pair.controller}#${publicKeyMultibase}`;
  return {signer: pair.signer(), did: pair.controller};
}

/** Their P-256 key cannot be made from a seed; it is made once. */
async function keepKey() {
  if(!existsSync(path('keys.json'))) {
    const pair = await EcdsaMultikey.generate({curve: 'P-256'});
    write('keys.json', {'ecdsa-sd-2023': await pair.export({publicKey: true, secretKey: true})});
  }
}

async function verify(credential, securing) {
  const suite = new DataIntegrityProof({cryptosuite: SUITES[securing].createVerifyCryptosuite()});
  const result = await vc.verifyCredential({credential: structuredClone(credential), suite, documentLoader, now: NOW});
  return result.verified ? true : short(result.error);
}

async function derive(base, securing, selectivePointers) {
  const cryptosuite = SUITES[securing].createDiscloseCryptosuite({selectivePointers});
  const suite = new DataIntegrityProof({cryptosuite});
  return vc.derive({verifiableCredential: structuredClone(base), suite, documentLoader});
}

async function sign(credential, securing, signer) {
  const cryptosuite = SUITES[securing].createSignCryptosuite({mandatoryPointers: MANDATORY});
  const suite = new DataIntegrityProof({signer, cryptosuite, date: CREATED});
  return vc.issue({credential: structuredClone(credential), suite, documentLoader, now: NOW});
}

function changed(credential) {
  const copy = structuredClone(credential);
  copy.credentialSubject.achievement.description += '.';
  return copy;
}

async function kept(name, securing, make) {
  if(existsSync(path(name)) && (name.includes('base') || await verify(read(name), securing) === true)) {
    return read(name);
  }
  write(name, await make());
  return read(name);
}

await keepKey();
const answers = {};
for(const securing of Object.keys(SUITES)) {
  const {signer, did} = await makeSigner(securing);
  const {proof, ...ours} = read(`ours/${securing}/plain-base.json`);
  const theirs = {...ours, issuer: {...ours.issuer, id: did}};
  const base = await kept(`theirs/${securing}/base.json`, securing, () => sign(theirs, securing, signer));
  const derived = {
    [`theirs/${securing}/derived.json`]: () => derive(base, securing, SHOWN),
    [`theirs/${securing}/derived-from-ours.json`]: () => derive({...ours, proof}, securing, SHOWN)
  };
  for(const [name, make] of Object.entries(derived)) {
    await kept(name, securing, make);
  }
  for(const name of [...Object.keys(derived), ...KINDS.map(kind => `ours/${securing}/${kind}-derived.json`)]) {
    const credential = read(name);
    answers[name] = {verified: await verify(credential, securing), changed: await verify(changed(credential), securing)};
  }
  const rich = read(`ours/${securing}/rich-base.json`);
  answers[`ours/${securing}/rich-base.json`] = {
    derived: await derive(rich, securing, SHOWN).then(() => true, short)
  };
}
const versions = Object.fromEntries(PACKAGES.map(name => [name, versionOf(name)]));
write('confirmed.json', {packages: versions, answers});
console.log(JSON.stringify(answers, null, 2));
