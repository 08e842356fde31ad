/**
 * ECDSA signatures are random, so a second run would change every file that holds one. The signatures once made are
 * therefore kept in kept_signatures.json, under the digest of the key's name and the signed bytes, and used again.
 */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';

const FILE = new URL('./kept_signatures.json', import.meta.url);

export class KeptSignatures {
  constructor(family) {
    this.family = family;
    this.all = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
    this.before = this.all[family] ?? {};
    this.used = {};
  }

  async sign(keyName, data, sign) {
    const digest = createHash('sha256').update(keyName).update('\0').update(data).digest('base64url');
    const kept = this.used[digest] ?? this.before[digest];
    const signature = kept ?? Buffer.from(await sign()).toString('base64url');
    this.used[digest] = signature;
    return Buffer.from(signature, 'base64url');
  }

  /** Writes those that this run needed; the others belong to documents that are no longer made. */
  write() {
    const sorted = Object.fromEntries(Object.entries(this.used).sort(([a], [b]) => a < b ? -1 : 1));
    writeFileSync(FILE, JSON.stringify({...this.all, [this.family]: sorted}, null, 2) + '\n');
  }
}
