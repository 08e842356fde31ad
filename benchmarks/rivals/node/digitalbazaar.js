/**
 * Digital Bazaar's stack: vc, data-integrity and eddsa-rdfc-2022, contexts from memory. Speaks the protocol of ../serving.py.
 */
import * as DidKey from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {createInterface} from 'node:readline';
import {dirname, join} from 'node:path';
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const driver = DidKey.driver();
driver.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
const suite = new DataIntegrityProof({cryptosuite});
const now = new Date('2026-03-01T00:00:00Z');

function loaderFor(file) {
  const contexts = JSON.parse(readFileSync(join(dirname(file), 'contexts.json'), 'utf8'));
  return async url => {
    const document = url.startsWith('did:key:') ? await driver.get({url}) : contexts[url];
    if(document === undefined) {
      throw new Error(`nothing answers at ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document};
  };
}

function prepareVerify(file) {
  const text = readFileSync(file, 'utf8');
  const documentLoader = loaderFor(file);
  const verify = async credential => {
    const result = await vc.verifyCredential({credential, suite, documentLoader, now});
    if(!result.verified) {
      throw result.error;
    }
  };
  return async () => {
    const document = JSON.parse(text);
    for(const member of document.credentialSubject.verifiableCredential ?? []) {
      await verify(member);
    }
    await verify(document);
  };
}

async function prepareSign(file) {
  const {proof, ...document} = JSON.parse(readFileSync(file, 'utf8'));
  const documentLoader = loaderFor(file);
  const key = await Ed25519Multikey.from(JSON.parse(readFileSync(join(dirname(file), 'key.json'), 'utf8')));
  const signing = new DataIntegrityProof({cryptosuite, signer: key.signer()});
  return async () => {
    // It writes into the document that it is given.
    const credential = structuredClone(document);
    return JSON.stringify(await vc.issue({credential, suite: signing, documentLoader, now}));
  };
}

const actions = {verify: prepareVerify, sign: prepareSign};
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
