/**
 * Makes vectors/status-lists: lists that Digital Bazaar's libraries write, and what they say of lists that we write.
 *
 *     npm ci && node make_status_lists.js        # after python -m tools.make_status_lists
 *
 * Nothing is signed here: what is compared is where a status is and how a list is packed. The libraries read statuses of
 * one bit; a status of more bits is put together from theirs, the most significant first.
 */
import * as bitstring from '@digitalbazaar/vc-bitstring-status-list';
import * as statusList2021 from '@digitalbazaar/vc-status-list';
import {createHash} from 'node:crypto';
import {readFileSync, readdirSync} from 'node:fs';
import {CaseFolders} from './case_folders.js';
import {passport} from './passport.js';

const OURS = new URL('../../vectors/status-lists/vcwallet/', import.meta.url);
const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const LIST_2021 = 'https://w3id.org/vc/status-list/2021/v1';
const ISSUER = 'did:web:hafen.example';

const folders = new CaseFolders('status-lists', passport({
  title: 'Status lists written by Digital Bazaar\'s JavaScript libraries and by vcwallet, and read by the other',
  generator: 'tools/make_status_lists.py and tools/vectors/make_status_lists.js',
  packages: ['@digitalbazaar/vc-bitstring-status-list', '@digitalbazaar/vc-status-list', '@digitalbazaar/bitstring']
}));

const KINDS = {
  'bitstring': {
    library: bitstring,
    check: 'verifyBitstringStatusListCredential',
    valueOf: ({status}) => Number(status),
    entryType: 'BitstringStatusListEntry',
    context: [V2],
    dates: {validFrom: '2026-02-01T00:00:00Z'}
  },
  '2021': {
    library: statusList2021,
    check: 'verifyStatusListCredential',
    valueOf: ({verified}) => Number(!verified), // this one calls a set status "not verified"
    entryType: 'StatusList2021Entry',
    context: [V1, LIST_2021],
    dates: {issuanceDate: '2026-02-01T00:00:00Z'}
  }
};

const PATTERNS = {
  'empty': {length: 131072, indexes: () => []},
  'first-and-last': {length: 131072, indexes: length => [0, length - 1]},
  'every-bit-of-a-byte': {length: 131072, indexes: () => [0, 9, 18, 27, 36, 45, 54, 63]},
  'one-in-a-hundred': {length: 131072, indexes: some},
  'all': {length: 131072, indexes: length => Array.from({length}, (_, index) => index), unlisted: true},
  'a-million': {length: 1000000, indexes: some}
};

/** A thousand indexes that follow from the length. */
function some(length) {
  const found = new Set();
  for(let n = 0; found.size < 1000; n++) {
    found.add(createHash('sha256').update(`${length} ${n}`).digest().readUInt32BE() % length);
  }
  return [...found].sort((a, b) => a - b);
}

function entryFor(kind, url, statusPurpose, index) {
  return {
    id: `${url}#${index}`,
    type: kind.entryType,
    statusPurpose,
    statusListIndex: String(index),
    statusListCredential: url
  };
}

/** The status that their whole reader finds for one entry. */
async function theirAnswer(kind, entry, list) {
  const credential = {
    '@context': kind.context,
    type: ['VerifiableCredential'],
    issuer: typeof list.issuer === 'string' ? list.issuer : list.issuer.id,
    ...kind.dates,
    credentialSubject: {id: 'did:example:ana'},
    credentialStatus: entry
  };
  const result = await kind.library.checkStatus({
    credential,
    documentLoader: async url => ({documentUrl: url, document: list}),
    [kind.check]: false,
    verifyMatchingIssuers: true
  });
  if(!result.results) {
    throw result.error;
  }
  return kind.valueOf(result.results[0]);
}

for(const [name, kind] of Object.entries(KINDS)) {
  for(const [pattern, {length, indexes, unlisted}] of Object.entries(PATTERNS)) {
    const set = indexes(length);
    const url = `https://hafen.example/status/${name}/${pattern}`;
    const list = await kind.library.createList({length});
    set.forEach(index => list.setStatus(index, true));
    const credential = await kind.library.createCredential({id: url, list, statusPurpose: 'revocation'});
    const document = {...credential, issuer: ISSUER, ...kind.dates};
    const asked = [];
    for(const index of [...new Set([...set.slice(0, 3), 1, length / 2, length - 1])].sort((a, b) => a - b)) {
      const entry = entryFor(kind, url, 'revocation', index);
      asked.push({entry, value: await theirAnswer(kind, entry, document)});
    }
    folders.addFile(`digitalbazaar/${name}-${pattern}.json`, JSON.stringify({
      entries: length,
      size: 1,
      ...unlisted ? {all_are: 1} : {values: Object.fromEntries(set.map(index => [index, 1]))},
      list: document,
      asked
    }, null, 1) + '\n');
  }
}

const readings = {};
for(const file of readdirSync(OURS).sort()) {
  const content = readFileSync(new URL(file, OURS));
  const {entries, size, values, list, asked} = JSON.parse(content);
  const theirs = await bitstring.decodeList({encodedList: list.credentialSubject.encodedList});
  const found = {};
  for(let index = 0; index < entries; index++) {
    let value = 0;
    for(let bit = 0; bit < size; bit++) {
      value = value * 2 + Number(theirs.getStatus(index * size + bit));
    }
    if(value !== 0) {
      found[index] = value;
    }
  }
  if(JSON.stringify(found) !== JSON.stringify(values)) {
    throw new Error(`${file}: their library does not find what is stated`);
  }
  const answers = [];
  if(size === 1) {
    for(const {entry} of asked) {
      answers.push(await theirAnswer(KINDS.bitstring, entry, list));
    }
  }
  readings[file] = {bits: theirs.length, statuses_set: Object.keys(found).length, ...size === 1 && {answers}};
  folders.addFile(`vcwallet/${file}`, content);
}
folders.addFile('digitalbazaar_reads.json', JSON.stringify(readings, null, 1) + '\n');
folders.write();
