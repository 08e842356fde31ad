/**
 * Asks Digital Bazaar's libraries and jose what they say of vectors/issued, which vcwallet made, and of each file with one
 * letter changed. Prints a JSON object: library → file → {verified, changed}.
 *
 *     node confirm_issued.js
 */
import * as vc from '@digitalbazaar/vc';
import {compactVerify, importJWK} from 'jose';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {join} from 'node:path';
import {loadContexts, versionOf} from './contexts.js';
import {documentLoader} from './world.js';
import {DigitalBazaar, verifySuites} from './digitalbazaar/signing.js';

const FOLDER = fileURLToPath(new URL('../../vectors/issued/', import.meta.url));
const CID_CONTEXT = new URL('../../src/vcwallet/linked_data/contexts/cid-v1.json', import.meta.url);
const AT = '2026-03-01T12:00:00Z';

const read = name => readFileSync(join(FOLDER, name), 'utf8');
const contexts = await loadContexts();
// No npm package that we use has the context of Controlled Identifiers 1.0; ours is the published file.
contexts.set('https://www.w3.org/ns/cid/v1', {document: JSON.parse(readFileSync(CID_CONTEXT, 'utf8'))});
const world = JSON.parse(read('world.json'));
const makers = new DigitalBazaar({contexts, world});
const {challenge, domain} = JSON.parse(read('presentations/asked-with.json'));

const short = error => String(error?.message ?? error).split('\n')[0].slice(0, 160);

/** Digital Bazaar: a credential, or a presentation that answers what was asked. */
async function digitalBazaar(document) {
  if(![document.type].flat().includes('VerifiablePresentation')) {
    const {verified, error} = await makers.verify(document, {at: AT});
    return verified ? true : error;
  }
  const result = await vc.verify({
    presentation: structuredClone(document), challenge, domain, suite: verifySuites(document),
    documentLoader: documentLoader(contexts, world), now: new Date(AT)
  });
  if(result.verified) {
    return true;
  }
  const failures = [result.error, result.presentationResult, ...result.credentialResults ?? []]
    .filter(part => part && part.verified !== true).map(part => part.error ?? part);
  return short(failures[0]?.errors?.[0] ?? failures[0]);
}

/** jose: the signature, with the key that the header's kid leads to; what the payload says is not its business. */
async function jose(token) {
  const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
  const {document} = await documentLoader(contexts, world)(header.kid);
  const key = document.publicKeyJwk ?? await jwkOf(document.publicKeyMultibase);
  try {
    await compactVerify(token, await importJWK(key, header.alg));
    return true;
  } catch(error) {
    return short(error);
  }
}

/** The JWK of a Multikey, by Digital Bazaar's libraries, and by node for RSA. */
async function jwkOf(publicKeyMultibase) {
  const {default: EcdsaMultikey, ...ecdsa} = await import('@digitalbazaar/ecdsa-multikey');
  const ed25519 = await import('@digitalbazaar/ed25519-multikey');
  const library = publicKeyMultibase.startsWith('z6Mk') ? ed25519 : EcdsaMultikey ?? ecdsa;
  const key = await library.from({type: 'Multikey', publicKeyMultibase, controller: 'did:example:a', id: 'did:example:a#a'});
  return library.toJwk({keyPair: key});
}

function changedDocument(document) {
  const changed = structuredClone(document);
  const place = [changed.verifiableCredential ?? []].flat()[0]?.credentialSubject ?? changed.credentialSubject;
  const achievement = place.achievement?.[0] ?? place.achievement;
  if(achievement?.description) {
    achievement.description += '.';
  } else if(place.endorsementComment) {
    place.endorsementComment += '.';
  } else {
    throw new Error(`nothing to change in ${document.id}`);
  }
  return changed;
}

const changedToken = token => {
  const [header, payload, signature] = token.split('.');
  const claims = Buffer.from(payload, 'base64url').toString().replace('Zeevaartschool', 'Zeevaartschoot');
  return [header, Buffer.from(claims).toString('base64url'), signature].join('.');
};

function files() {
  const folders = readdirSync(FOLDER, {withFileTypes: true}).filter(entry => entry.isDirectory()).map(({name}) => name);
  const credentials = folders.flatMap(name => ['json', 'jwt'].map(kind => `${name}/credential.${kind}`));
  const presentations = readdirSync(join(FOLDER, 'presentations'))
    .filter(name => name !== 'asked-with.json').map(name => `presentations/${name}`);
  return [...credentials, ...presentations].filter(name => existsSync(join(FOLDER, name))).sort();
}

const said = {
  [`@digitalbazaar/vc ${versionOf('@digitalbazaar/vc')}`]: {},
  [`jose ${versionOf('jose')}`]: {}
};
const [db, tokens] = Object.values(said);
for(const file of files()) {
  const text = read(file);
  if(file.endsWith('.jwt')) {
    tokens[file] = {verified: await jose(text), changed: await jose(changedToken(text))};
  } else {
    const document = JSON.parse(text);
    db[file] = {verified: await digitalBazaar(document), changed: await digitalBazaar(changedDocument(document))};
  }
}
process.stdout.write(JSON.stringify(said, null, 2) + '\n');
