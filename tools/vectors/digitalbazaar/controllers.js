/**
 * From the issuer to the key: did:key, did:web and https controllers, and everything that is not quite one.
 */
import {minimalBadge} from '../badges.js';
import {REFUSED} from './family.js';
import {asMultikey, controllerDocument} from './issuers.js';
import {didWebAddress} from '../world.js';

export async function addControllers(family, keys, makers) {
  const ana = keys.ana.controller;
  const badge = (issuer, name) => ({
    ...minimalBadge(issuer, ana, `controllers ${name}`),
    issuer: {id: issuer, type: ['Profile'], name: 'Somebody who issues'}
  });
  const accept = async (name, key, description, reason, more = {}) => family.accept(`controllers/${name}`, {
    document: await makers.sign(badge(key.controller, name), key, {overlay: more.world}), description, reason,
    features: [key.controller.split(':').slice(0, key.controller.startsWith('did:') ? 2 : 1).join(':'), key.type],
    ...more
  });

  await accept('did-web-at-the-root', keys.surEd25519, 'did:web without a path; the key is a Multikey.',
    'The document is at /.well-known/did.json and lists the key for assertions.');
  await accept('did-web-p256', keys.surP256, 'The same issuer with a P-256 key.',
    'A controller may have several keys of several kinds.');
  await accept('did-web-p384', keys.surP384, 'The same issuer with a P-384 key.',
    'A controller may have several keys of several kinds.');
  await accept('did-web-json-web-key', keys.surJwkEd25519, 'The key is written as a JsonWebKey.',
    'Controlled Identifiers 1.0 knows Multikey and JsonWebKey.');
  await accept('did-web-with-a-path', keys.facultad,
    'did:web with a path; the key is an Ed25519VerificationKey2020 and stands inside assertionMethod.',
    'A verification method may be embedded in the relationship.');
  await accept('did-web-with-a-port', keys.wharf, 'did:web with a percent-encoded port.',
    'The port is part of the method-specific identifier.');
  await accept('https', keys.hafenEd25519, 'The issuer is an https address that serves a controller document.',
    'A controller may be any URL with a controller document.');
  await accept('https-json-web-key', keys.hafenP256, 'The same, with a P-256 key written as a JsonWebKey.',
    'A controller may be any URL with a controller document.');
  await accept('key-that-will-expire', keys.surExpires, 'The key has an end that has not come.',
    'Before its `expires` a verification method may be used.');
  await accept('key-not-yet-revoked', keys.surRevoked, 'The key was revoked two months after the time of verification.',
    'Before its `revoked` a verification method may be used.', {at: '2025-11-01T00:00:00Z'});
  await accept('did-key-p256', keys.kaunas, 'did:key with a P-256 key.', 'The key is the identifier.');
  await accept('did-key-p384', keys.puertos, 'did:key with a P-384 key.', 'The key is the identifier.');

  const refuse = (name, like, description, reason, how) => family.refuse(`controllers/${name}`, {
    like: `controllers/${like}`, description, reason, checks: ['proof', 'issuer'], ...how
  });
  const {surEd25519: sur, hafenEd25519: hafen} = keys;
  const surAddress = didWebAddress(sur.controller);
  const rootLike = badge(sur.controller, 'did-web-at-the-root');
  const httpsLike = badge(hafen.controller, 'https');

  await refuse('did-web-unreachable', 'did-web-at-the-root', 'Nothing answers where the did:web document should be.',
    'Whether the key is the issuer\'s cannot be decided now.', {verdict: 'indeterminate', world: {[surAddress]: null}});
  await refuse('https-unreachable', 'https', 'Nothing answers at the issuer\'s address.',
    'Whether the key is the issuer\'s cannot be decided now.', {
      verdict: 'indeterminate', world: {[hafen.controller]: null}});
  await refuse('did-method-that-nobody-knows', 'did-web-at-the-root', 'Issuer and key are of an unknown DID method.',
    'It cannot be resolved; the signature is wrong too, but nobody can know.', {
      verdict: 'indeterminate', change: document => {
        document.issuer.id = 'did:harbour:1234';
        document.proof.verificationMethod = 'did:harbour:1234#key-1';
      }});
  await refuse('key-not-listed', 'did-web-at-the-root', 'Signed with a key that the issuer\'s document does not have.',
    'A key counts only if the controller names it.', {
      document: await makers.sign(rootLike, keys.surNotListed)});
  await refuse('https-key-not-listed', 'https', 'Signed with a key that the issuer\'s document does not have.',
    'A key counts only if the controller names it.', {
      document: await makers.sign(httpsLike, keys.hafenNotListed)});
  await refuse('key-in-the-fragment', 'https',
    'The fragment of the key\'s address is a public key, the signature fits it, and the issuer never heard of it.',
    'Anybody can write a key into a fragment; it must come from the issuer\'s own document.', {
      document: await makers.sign(httpsLike, {
        ...keys.impostor, id: `${hafen.controller}#${keys.impostor.pair.publicKeyMultibase}`})});
  await refuse('key-only-for-authentication', 'did-web-at-the-root',
    'Signed with a key of the issuer that is for authentication only.',
    'proofPurpose is assertionMethod, and the key is not listed there.', {
      document: await makers.sign(rootLike, keys.surOnlyAuthentication)});
  await refuse('purpose-and-key-for-authentication', 'did-web-at-the-root',
    'The same key, and a proof that honestly says authentication.',
    'A credential is proved with assertionMethod and nothing else.', {
      document: await makers.sign(rootLike, keys.surOnlyAuthentication, {purpose: 'authentication'})});
  await refuse('key-revoked', 'key-not-yet-revoked', 'The key was revoked before the time of verification.',
    'From `revoked` on, proofs of this key do not verify.', {});
  await refuse('key-expired', 'key-that-will-expire', 'The key expired before the time of verification.',
    'From `expires` on, proofs of this key do not verify.', {at: '2026-07-01T00:00:00Z'});
  await refuse('did-key-signs-for-did-web', 'did-web-at-the-root',
    'A stranger signed with a did:key of their own and named the university as the issuer.',
    'The proof is right for that key, but the issuer does not know it.', {
      document: await makers.sign(rootLike, keys.impostor)});
  await refuse('did-key-signs-for-https', 'https',
    'A stranger signed with a did:key of their own and named the workshop as the issuer.',
    'The proof is right for that key, but the issuer does not know it.', {
      document: await makers.sign(httpsLike, keys.impostor)});
  await refuse('did-web-signs-for-https', 'https', 'One issuer signed in the name of another.',
    'The key is listed, but by somebody who is not the issuer.', {
      document: await makers.sign(httpsLike, sur)});
  await refuse('faculty-signs-for-the-university', 'did-web-at-the-root',
    'did:web:sur.example:facultad:nautica signed in the name of did:web:sur.example.',
    'A longer DID on the same host is another issuer.', {
      document: await makers.sign(rootLike, keys.facultad)});
  await refuse('only-the-key-says-who-controls-it', 'https',
    'The stranger\'s document lists a key and says that its controller is the workshop; the workshop does not list it.',
    'Both must say so: the key its controller, and the controller the key.', {
      document: await makers.sign(httpsLike, {...keys.impostor, id: 'https://stranger.example/keys#1'}, {
        overlay: strangersDocument(keys)}),
      world: strangersDocument(keys)});
  await refuse('controller-of-the-key-is-somebody-else', 'did-web-at-the-root',
    'The document lists the key, but the key names another controller.',
    'Both must say so: the key its controller, and the controller the key.', {
      world: {[surAddress]: controllerDocument(sur.controller, [asMultikey(sur, {controller: 'did:web:red.example'})])}});
  await refuse('document-of-somebody-else', 'did-web-at-the-root',
    'At the issuer\'s address there is a document whose id is another DID.',
    'A controller document speaks only for its own id.', {
      verdict: ['invalid', 'indeterminate'],
      world: {[surAddress]: {
        ...controllerDocument(sur.controller, [asMultikey(sur)]), id: 'did:web:red.example'}}});
  await refuse('document-without-assertion-method', 'did-web-at-the-root',
    'The document has the key but no assertionMethod.', 'The key is not authorised to make assertions.', {
      world: {[surAddress]: controllerDocument(sur.controller, [asMultikey(sur)], {assertionMethod: undefined})}});
  await refuse('document-with-another-key', 'did-web-at-the-root',
    'Under the id of the key there is now another key.', 'The signature does not fit the key that is listed.', {
      world: {[surAddress]: controllerDocument(sur.controller,
        [asMultikey(sur, {publicKeyMultibase: keys.impostor.pair.publicKeyMultibase})])}});
  await refuse('document-with-the-key-twice', 'did-web-at-the-root',
    'Two keys have the same id, the stranger\'s first.', 'Which one is meant cannot be known.', {
      verdict: ['invalid', 'malformed', 'indeterminate'],
      world: {[surAddress]: controllerDocument(sur.controller, [
        asMultikey(sur, {publicKeyMultibase: keys.impostor.pair.publicKeyMultibase}), asMultikey(sur)])}});
  await refuse('document-with-a-private-key', 'did-web-at-the-root',
    'The document gives away the secret half of the key.',
    'Everybody can sign with it.', {
      verdict: ['invalid', 'malformed', 'indeterminate'],
      world: {[surAddress]: controllerDocument(sur.controller, [asMultikey(sur, {
        publicKeyMultibase: undefined, secretKeyMultibase: sur.pair.secretKeyMultibase})])}});
  await refuse('fragment-of-another-did-key', 'did-key-p256',
    'The fragment is not the key that the DID names.', 'did:key documents have one key, named by the DID itself.', {
      change: document => {
        document.proof.verificationMethod =
          `${keys.kaunas.controller}#${keys.impostorP256.pair.publicKeyMultibase}`;
      }});
  await refuse('verification-method-without-fragment', 'did-key-p256',
    'The proof names the DID where it should name a key.', 'A DID is not a verification method.', {
      verdict: REFUSED, change: document => {
        document.proof.verificationMethod = keys.kaunas.controller;
      }});
}

/** A document that claims to be about a key of the workshop. */
function strangersDocument({impostor, hafenEd25519}) {
  const url = 'https://stranger.example/keys';
  const method = {...asMultikey(impostor), id: `${url}#1`, controller: hafenEd25519.controller};
  return {[url]: JSON.parse(JSON.stringify(controllerDocument(url, [method])))};
}

