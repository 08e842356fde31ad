/**
 * Who signs: institutions of our own invention, their keys, and the controller documents that say so.
 */
import {DID, ED25519_2020, JWK, MULTIKEY} from '../contexts.js';
import {multikey, privateJwk, publicJwk} from '../test_keys.js';
import {didWebAddress} from '../world.js';

async function keyFor(name, type) {
  return {name, type, pair: await multikey(type, name)};
}

async function didKey(name, type) {
  const key = await keyFor(name, type);
  const controller = `did:key:${key.pair.publicKeyMultibase}`;
  return {...key, controller, id: `${controller}#${key.pair.publicKeyMultibase}`};
}

async function keyOf(controller, fragment, type) {
  const id = `${controller}#${fragment}`;
  return {...await keyFor(id, type), controller, id};
}

export function asMultikey({id, controller, pair}, more = {}) {
  return {id, type: 'Multikey', controller, publicKeyMultibase: pair.publicKeyMultibase, ...more};
}

export function asJsonWebKey({id, controller, name, type}) {
  const publicKeyJwk = {...publicJwk(privateJwk(type, name)), key_ops: ['verify']};
  return {id, type: 'JsonWebKey', controller, publicKeyJwk};
}

export function asVerificationKey2020({id, controller, pair}) {
  return {id, type: 'Ed25519VerificationKey2020', controller, publicKeyMultibase: pair.publicKeyMultibase};
}

/** A controller document whose keys may all sign credentials, unless `more` says otherwise. */
export function controllerDocument(id, methods, more = {}) {
  return {
    '@context': [DID, MULTIKEY, JWK],
    id,
    verificationMethod: methods,
    assertionMethod: methods.map(method => method.id),
    ...more
  };
}

export async function makeIssuers() {
  const sur = 'did:web:sur.example';
  const facultad = 'did:web:sur.example:facultad:nautica';
  const wharf = 'did:web:badges.example%3A8443';
  const hafen = 'https://hafenwerkstatt.example/issuers/1';
  return {
    // did:key
    noordzee: await didKey('Noordzee College', 'Ed25519'),
    kaunas: await didKey('Marių Akademija', 'P-256'),
    puertos: await didKey('Instituto de Puertos', 'P-384'),
    impostor: await didKey('Nobody in particular', 'Ed25519'),
    impostorP256: await didKey('Nobody in particular', 'P-256'),
    impostorP384: await didKey('Nobody in particular', 'P-384'),
    // learners
    ana: await didKey('Ana Ferreira Lobo', 'Ed25519'),
    bram: await didKey('Bram de Wit', 'Ed25519'),
    // did:web
    surEd25519: await keyOf(sur, 'clave-1', 'Ed25519'),
    surP256: await keyOf(sur, 'clave-2', 'P-256'),
    surP384: await keyOf(sur, 'clave-3', 'P-384'),
    surOnlyAuthentication: await keyOf(sur, 'clave-4', 'Ed25519'),
    surRevoked: await keyOf(sur, 'clave-5', 'Ed25519'),
    surExpires: await keyOf(sur, 'clave-6', 'Ed25519'),
    surJwkEd25519: await keyOf(sur, 'clave-7', 'Ed25519'),
    surNotListed: await keyOf(sur, 'clave-99', 'Ed25519'),
    facultad: await keyOf(facultad, 'clave-1', 'Ed25519'),
    wharf: await keyOf(wharf, 'key-1', 'P-256'),
    // https
    hafenEd25519: await keyOf(hafen, 'key-1', 'Ed25519'),
    hafenP256: await keyOf(hafen, 'key-2', 'P-256'),
    hafenNotListed: await keyOf(hafen, 'key-99', 'Ed25519')
  };
}

export function makeWorld(keys) {
  const surMethods = [
    asMultikey(keys.surEd25519),
    asMultikey(keys.surP256),
    asMultikey(keys.surP384),
    asMultikey(keys.surRevoked, {revoked: '2026-01-01T00:00:00Z'}),
    asMultikey(keys.surExpires, {expires: '2026-06-01T00:00:00Z'}),
    asJsonWebKey(keys.surJwkEd25519)
  ];
  const onlyAuthentication = asMultikey(keys.surOnlyAuthentication);
  const hafenMethods = [asMultikey(keys.hafenEd25519), asJsonWebKey(keys.hafenP256)];
  const documents = [
    controllerDocument(keys.surEd25519.controller, [...surMethods, onlyAuthentication], {
      assertionMethod: surMethods.map(({id}) => id),
      authentication: [keys.surEd25519.id, onlyAuthentication.id]
    }),
    // the key stands inside the relationship, and nowhere else
    {
      '@context': [DID, ED25519_2020],
      id: keys.facultad.controller,
      assertionMethod: [asVerificationKey2020(keys.facultad)]
    },
    controllerDocument(keys.wharf.controller, [asMultikey(keys.wharf)]),
    controllerDocument(keys.hafenEd25519.controller, hafenMethods)
  ];
  const world = {};
  for(const document of documents) {
    world[document.id.startsWith('did:web:') ? didWebAddress(document.id) : document.id] = document;
  }
  return world;
}
