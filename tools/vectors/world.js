/**
 * A small web held in memory: address → document. It becomes world.json, which a verifier needs to answer for the
 * issuers that are not did:key, and it is the document loader of Digital Bazaar's libraries while vectors are made.
 */
import * as DidKey from '@digitalbazaar/did-method-key';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';

const driver = DidKey.driver();
driver.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
driver.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});
driver.use({multibaseMultikeyHeader: 'z82L', fromMultibase: EcdsaMultikey.from});

/** did:web method specification, section 3.2: read. */
export function didWebAddress(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return path.length === 0 ? `https://${host}/.well-known/did.json` : `https://${host}/${path.join('/')}/did.json`;
}

/**
 * A document loader over contexts and a world. `overlay` hides (null) or replaces single addresses.
 */
export function documentLoader(contexts, world, overlay = {}) {
  const web = {...world, ...overlay};
  const fetched = url => {
    const document = url.startsWith('did:web:') ? web[didWebAddress(url)] : web[url];
    if(document === undefined || document === null) {
      throw new Error(`nothing answers at ${url}`);
    }
    return document;
  };
  return async url => {
    if(contexts.has(url)) {
      return {contextUrl: null, documentUrl: url, document: contexts.get(url).document};
    }
    if(url.startsWith('did:key:')) {
      return {contextUrl: null, documentUrl: url, document: await driver.get({url})};
    }
    const [base, fragment] = url.split('#');
    const document = fetched(base);
    if(fragment === undefined) {
      return {contextUrl: null, documentUrl: url, document};
    }
    return {contextUrl: null, documentUrl: url, document: verificationMethodIn(document, url)};
  };
}

function verificationMethodIn(document, id) {
  const candidates = [];
  for(const member of ['verificationMethod', 'assertionMethod', 'authentication']) {
    candidates.push(...[document[member] ?? []].flat().filter(method => typeof method === 'object'));
  }
  const method = candidates.find(candidate => candidate.id === id);
  if(method === undefined) {
    throw new Error(`the controller document has no ${id}`);
  }
  return {'@context': document['@context'], ...method};
}
