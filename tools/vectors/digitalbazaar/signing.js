/**
 * Signing and verifying with Digital Bazaar's libraries. Nothing here computes a signature or a hash of its own.
 *
 * Proof chains: the libraries know proof sets only. `signAfter` and the chain part of `verify` hand the suite a
 * document whose `proof` holds the previous proofs, as VC Data Integrity 1.0, sections 4.3 and 4.5, say; the
 * generator checks that this composition accepts the W3C's own published chains when the shared data are there.
 */
import * as ecdsaJcs2019 from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as eddsaJcs2022 from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import jsigs from 'jsonld-signatures';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite as ecdsaRdfc2019} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc2022} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DATA_INTEGRITY_V1} from '../contexts.js';
import {documentLoader} from '../world.js';

const {AssertionProofPurpose, ControllerProofPurpose} = jsigs.purposes;

export const CREATED = '2025-09-01T09:00:00Z';

const SIGNING = {
  'eddsa-rdfc-2022': () => eddsaRdfc2022,
  'ecdsa-rdfc-2019': () => ecdsaRdfc2019,
  'eddsa-jcs-2022': eddsaJcs2022.createSignCryptosuite,
  'ecdsa-jcs-2019': ecdsaJcs2019.createSignCryptosuite
};

export function verifySuites(document) {
  // the library wants to be told which context defines the proof
  const legacyContext = [document['@context']].flat().includes(DATA_INTEGRITY_V1);
  return [
    new DataIntegrityProof({cryptosuite: eddsaRdfc2022, legacyContext}),
    new DataIntegrityProof({cryptosuite: ecdsaRdfc2019, legacyContext}),
    new DataIntegrityProof({cryptosuite: eddsaJcs2022.createVerifyCryptosuite()}),
    new DataIntegrityProof({cryptosuite: ecdsaJcs2019.createVerifyCryptosuite()}),
    new Ed25519Signature2020()
  ];
}

export class DigitalBazaar {
  constructor({contexts, world, kept}) {
    this.contexts = contexts;
    this.world = world;
    this.kept = kept;
  }

  /**
   * The document with one more proof. `key` is {pair, name, id, type}; `options` are further members of the proof;
   * `created: null` leaves the time out.
   */
  async sign(document, key, {suite, created = CREATED, options, purpose, overlay, legacyContext} = {}) {
    return jsigs.sign(structuredClone(document), {
      suite: this.#suite(suite ?? usualSuite(key), key, created, options, legacyContext),
      purpose: purpose ? new ControllerProofPurpose({term: purpose}) : new AssertionProofPurpose(),
      documentLoader: documentLoader(this.contexts, this.world, overlay)
    });
  }

  /** The document with one more proof that follows, and covers, the proofs whose ids are given. */
  async signAfter(document, key, previousIds, {suite, created = CREATED, id} = {}) {
    const proofs = [document.proof].flat();
    const {proof: _proof, ...unsecured} = structuredClone(document);
    const previousProof = previousIds.length === 1 ? previousIds[0] : previousIds;
    const signing = this.#suite(suite ?? usualSuite(key), key, created, {previousProof, ...id && {id}});
    const proof = await signing.createProof({
      document: {...unsecured, proof: proofs.filter(({id}) => previousIds.includes(id))},
      purpose: new AssertionProofPurpose(),
      documentLoader: documentLoader(this.contexts, this.world)
    });
    return {...unsecured, proof: [...proofs, proof]};
  }

  /**
   * What the libraries say: {verified, error?}. `onlyProofs` leaves out whether the keys are the issuer's.
   */
  async verify(document, {at, overlay, onlyProofs = false} = {}) {
    const loader = documentLoader(this.contexts, this.world, overlay);
    const credential = structuredClone(document);
    const chained = [credential?.proof ?? []].flat().some(proof => proof?.previousProof !== undefined);
    const result = chained ? await this.#verifyChain(credential, {at, loader, onlyProofs}) : await vc.verifyCredential({
      credential, suite: verifySuites(credential), documentLoader: loader, now: new Date(at)
    });
    if(result.verified) {
      return {verified: true};
    }
    const error = result.results?.find(({error}) => error)?.error ?? [result.error].flat()[0];
    const message = String(error?.message ?? error).split('\n')[0];
    return {verified: false, error: message.length > 160 ? `${message.slice(0, 159)}…` : message};
  }

  async #verifyChain(credential, {at, loader, onlyProofs}) {
    const proofs = [credential.proof].flat();
    const {proof: _proof, ...unsecured} = credential;
    const results = [];
    for(const proof of proofs) {
      const ids = [proof.previousProof ?? []].flat();
      const previous = proofs.filter(({id}) => ids.includes(id));
      if(previous.length !== ids.length) {
        return {verified: false, error: new Error('a previous proof is not in the document')};
      }
      const document = previous.length > 0 ? {...unsecured, proof: previous} : unsecured;
      const result = await vc.verifyCredential({
        // the library takes the proof away and canonizes the rest, so the previous proofs go in by the suite
        credential: {...unsecured, proof},
        suite: verifySuites(credential).map(suite => covering(suite, document)),
        documentLoader: loader,
        now: new Date(at),
        ...onlyProofs && {purpose: new AssertionProofPurpose()}
      });
      results.push(result);
    }
    return results.find(({verified}) => !verified) ?? {verified: true};
  }

  #suite(name, key, created, options, legacyContext) {
    const signer = this.#signer(key);
    let suite;
    if(name === 'Ed25519Signature2020') {
      suite = new Ed25519Signature2020({signer, date: created ?? undefined});
    } else {
      suite = new DataIntegrityProof({signer, date: created, cryptosuite: SIGNING[name](), legacyContext});
    }
    if(options) {
      suite.proof = {...options};
    }
    return suite;
  }

  #signer({pair, name, id, type}) {
    const signer = pair.signer();
    if(type === 'Ed25519') {
      return {id, algorithm: signer.algorithm, sign: signer.sign};
    }
    return {
      id,
      algorithm: signer.algorithm,
      sign: ({data}) => this.kept.sign(name, data, () => signer.sign({data}))
    };
  }
}

function covering(suite, document) {
  const verifyProof = suite.verifyProof.bind(suite);
  suite.verifyProof = options => verifyProof({...options, document});
  return suite;
}

export function usualSuite(key) {
  return key.type === 'Ed25519' ? 'eddsa-rdfc-2022' : 'ecdsa-rdfc-2019';
}
