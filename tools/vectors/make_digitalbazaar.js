/**
 * Makes vectors/digitalbazaar: credentials signed, and credentials refused, by Digital Bazaar's JavaScript libraries.
 *
 *     npm ci && node make_digitalbazaar.js
 */
import {CaseFolders} from './case_folders.js';
import {KeptSignatures} from './kept_signatures.js';
import {loadContexts} from './contexts.js';
import {makeIssuers, makeWorld} from './digitalbazaar/issuers.js';
import {DigitalBazaar} from './digitalbazaar/signing.js';
import {Family} from './digitalbazaar/family.js';
import {passport} from './passport.js';
import {addControllers} from './digitalbazaar/controllers.js';
import {addJsonIsNotRdf} from './digitalbazaar/json_is_not_rdf.js';
import {addNested} from './digitalbazaar/nested.js';
import {addOlderDataModel} from './digitalbazaar/older_data_model.js';
import {addSignatures} from './digitalbazaar/signatures.js';
import {addSeveralProofs} from './digitalbazaar/several_proofs.js';
import {SCHEMAS, addStructure} from './digitalbazaar/structure.js';
import {addSuites} from './digitalbazaar/suites.js';

const PACKAGES = [
  '@digitalbazaar/vc', '@digitalbazaar/data-integrity', '@digitalbazaar/eddsa-rdfc-2022-cryptosuite',
  '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite', '@digitalbazaar/eddsa-jcs-2022-cryptosuite',
  '@digitalbazaar/ecdsa-jcs-2019-cryptosuite', '@digitalbazaar/ed25519-signature-2020',
  '@digitalbazaar/ed25519-multikey', '@digitalbazaar/ecdsa-multikey', '@digitalbazaar/did-method-key',
  'jsonld-signatures', 'jsonld', 'rdf-canonize', 'canonicalize'
];

const contexts = await loadContexts();
const keys = await makeIssuers();
const world = {...makeWorld(keys), ...SCHEMAS};
const kept = new KeptSignatures('digitalbazaar');
const makers = new DigitalBazaar({contexts, world, kept});
const folders = new CaseFolders('digitalbazaar', passport({
  title: 'Open Badges and other credentials secured with Digital Bazaar\'s JavaScript libraries',
  generator: 'tools/vectors/make_digitalbazaar.js',
  packages: PACKAGES,
  contexts
}));
const family = new Family({folders, makers});

await addSuites(family, keys, makers);
await addOlderDataModel(family, keys, makers);
await addControllers(family, keys, makers);
await addSeveralProofs(family, keys, makers);
await addJsonIsNotRdf(family, keys, makers);
await addNested(family, keys, makers);
await addStructure(family, keys, makers);
await addSignatures(family, keys);

folders.addFile('world.json', JSON.stringify(world, null, 2) + '\n');
folders.write();
kept.write();
