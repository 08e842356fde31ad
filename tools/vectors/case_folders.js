/**
 * Writes a family of vectors: one folder per case, world.json, and the passport SOURCE.toml with every file's digest.
 */
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const VECTORS = fileURLToPath(new URL('../../vectors/', import.meta.url));

export class CaseFolders {
  /** `passport` is what SOURCE.toml says beside the digests: strings, lists of strings, or tables of strings. */
  constructor(family, passport) {
    this.family = family;
    this.passport = passport;
    this.files = new Map();
    this.cases = new Map();
  }

  addFile(path, content) {
    if(this.files.has(path)) {
      throw new Error(`${path} is written twice`);
    }
    this.files.set(path, Buffer.from(content));
  }

  /**
   * One case. `input` is [file name, content]; `asked` is what is asked of it, if not just whether it is valid. A case that is not valid names the accepted case it differs from.
   */
  addCase({
    id, description, input, at, asked, expect, reason, features = [], acceptedNeighbour, world, makersSay, ...unknown
  }) {
    if(Object.keys(unknown).length > 0) {
      throw new Error(`${id}: unknown members ${Object.keys(unknown)}`);
    }
    for(const [member, text] of Object.entries({description, reason})) {
      if(!text) {
        throw new Error(`${id} has no ${member}`);
      }
    }
    const verdicts = [expect.verdict].flat();
    if(!verdicts.includes('valid')) {
      const neighbour = this.cases.get(acceptedNeighbour);
      if(neighbour?.expect.verdict !== 'valid') {
        throw new Error(`${id}: ${acceptedNeighbour} is not an accepted neighbour`);
      }
      if(!expect.checks?.length) {
        throw new Error(`${id} does not say which check refuses it`);
      }
    }
    const [name, content] = input;
    const record = {
      id: `${this.family}/${id}`,
      description,
      input: name,
      at,
      ...asked && {asked},
      features,
      expect: {checks: [], ...expect},
      reason,
      ...acceptedNeighbour && {accepted_neighbour: `${this.family}/${acceptedNeighbour}`},
      ...world && {world},
      ...makersSay && {makers_say: makersSay}
    };
    this.cases.set(id, {expect, content, at});
    this.addFile(`${id}/case.json`, JSON.stringify(record, null, 2) + '\n');
    this.addFile(`${id}/${name}`, content);
  }

  /** {content, at, expect} of a case that was added before. */
  get(id) {
    const found = this.cases.get(id);
    if(found === undefined) {
      throw new Error(`there is no case ${id}`);
    }
    return found;
  }

  write() {
    const folder = join(VECTORS, this.family);
    const source = join(folder, 'SOURCE.toml');
    const before = existsSync(source) ? readFileSync(source, 'utf8') : '';
    rmSync(folder, {recursive: true, force: true});
    for(const [path, content] of this.files) {
      mkdirSync(dirname(join(folder, path)), {recursive: true});
      writeFileSync(join(folder, path), content);
    }
    writeFileSync(source, this.sourceToml(before));
    const counts = {};
    for(const {expect} of this.cases.values()) {
      const verdict = [expect.verdict].flat().join(' or ');
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
    console.log(`${this.family}: ${this.cases.size} cases`, counts);
  }

  /** The date changes only with the content, so that a run that changes nothing leaves no trace. */
  sourceToml(before) {
    const lines = [];
    const tables = [];
    for(const [key, value] of Object.entries(this.passport)) {
      if(typeof value === 'object' && !Array.isArray(value)) {
        tables.push('', `[${key}]`);
        for(const [name, text] of Object.entries(value)) {
          tables.push(`${JSON.stringify(name)} = ${JSON.stringify(text)}`);
        }
      } else {
        lines.push(`${key} = ${JSON.stringify(value)}`);
      }
    }
    tables.push('', '[sha256]');
    for(const path of [...this.files.keys()].sort()) {
      const digest = createHash('sha256').update(this.files.get(path)).digest('hex');
      tables.push(`${JSON.stringify(path)} = "${digest}"`);
    }
    const today = new Date().toISOString().slice(0, 10);
    const text = date => [...lines, `date = ${date}`, ...tables, ''].join('\n');
    const dateBefore = /^date = (\d{4}-\d{2}-\d{2})$/m.exec(before)?.[1];
    return dateBefore && text(dateBefore) === before ? before : text(today);
  }
}
