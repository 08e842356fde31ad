/**
 * Digital Bazaar's suites of selective disclosure, contexts from memory. Speaks the protocol of ../serving.py, with the
 * files of ../../disclosure.py.
 */
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as bbs2023 from '@digitalbazaar/bbs-2023-cryptosuite';
import * as ecdsaSd2023 from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {createInterface} from 'node:readline';
import {dirname, join} from 'node:path';
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';

const SUITES = {'ecdsa-sd-2023': ecdsaSd2023, 'bbs-2023': bbs2023};
const MANDATORY = ['/type', '/issuer', '/validFrom', '/credentialSubject/id', '/credentialSubject/type'];
const now = new Date('2026-03-01T00:00:00Z');

function loaderFor(file) {
  const contexts = JSON.parse(readFileSync(join(dirname(file), 'contexts.json'), 'utf8'));
  return async url => {
    const document = url.startsWith('did:key:') ? await keyDocument(url) : contexts[url];
    if(document === undefined) {
      throw new Error(`nothing answers at ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document};
  };
}

async function keyDocument(url) {
  const controller = url.split('#')[0];
  const publicKeyMultibase = controller.slice('did:key:'.length);
  const id = `${controller}#${publicKeyMultibase}`;
  const method = {'@context': 'https://w3id.org/security/multikey/v1', id, type: 'Multikey', controller, publicKeyMultibase};
  return url.includes('#') ? method : {
    '@context': 'https://www.w3.org/ns/did/v1', id: controller, verificationMethod: [method], assertionMethod: [id]
  };
}

async function signerFor(securing) {
  const pair = securing === 'bbs-2023' ?
    await Bls12381Multikey.generateBbsKeyPair({algorithm: 'BBS-BLS12-381-SHA-256'}) :
    await EcdsaMultikey.generate({curve: 'P-256'});
  pair.controller = 'did:example:anybody';
  pair.id = 'did:example:anybody#key';
  return pair.signer();
}

const read = file => JSON.parse(readFileSync(file, 'utf8'));

async function prepareSign(file) {
  const {document, securing} = read(file);
  const signer = await signerFor(securing);
  const documentLoader = loaderFor(file);
  return async () => {
    const cryptosuite = SUITES[securing].createSignCryptosuite({mandatoryPointers: MANDATORY});
    const suite = new DataIntegrityProof({cryptosuite, signer});
    return vc.issue({credential: structuredClone(document), suite, documentLoader, now});
  };
}

function prepareDerive(file) {
  const {base, pointers, securing} = read(file);
  const documentLoader = loaderFor(file);
  return async () => {
    const cryptosuite = SUITES[securing].createDiscloseCryptosuite({selectivePointers: pointers});
    const suite = new DataIntegrityProof({cryptosuite});
    return vc.derive({verifiableCredential: structuredClone(base), suite, documentLoader});
  };
}

function prepareVerify(file) {
  const {derived, securing} = read(file);
  const text = JSON.stringify(derived);
  const documentLoader = loaderFor(file);
  return async () => {
    const suite = new DataIntegrityProof({cryptosuite: SUITES[securing].createVerifyCryptosuite()});
    const result = await vc.verifyCredential({credential: JSON.parse(text), suite, documentLoader, now});
    if(!result.verified) {
      throw result.error;
    }
  };
}

const actions = {sign: prepareSign, derive: prepareDerive, verify: prepareVerify};
const prepared = new Map();

async function answer({action, file, rounds}) {
  const task = `${action} ${file}`;
  if(!prepared.has(task)) {
    prepared.set(task, await actions[action](file));
  }
  const wall = [];
  const cpu = [];
  for(let round = 0; round < rounds; round++) {
    const usage = process.cpuUsage();
    const start = performance.now();
    await prepared.get(task)();
    wall.push(performance.now() - start);
    const {user, system} = process.cpuUsage(usage);
    cpu.push((user + system) / 1000);
  }
  return {wall, cpu, mib: process.resourceUsage().maxRSS / 1024};
}

for await (const line of createInterface({input: process.stdin})) {
  let result;
  try {
    result = await answer(JSON.parse(line));
  } catch(error) {
    result = {error: `${error.name}: ${error.message} ${error.errors?.[0]?.message ?? ''}`.slice(0, 200)};
  }
  process.stdout.write(JSON.stringify(result) + '\n');
}
