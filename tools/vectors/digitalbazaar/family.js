/**
 * Adds cases to the family: an accepted one must verify with Digital Bazaar's libraries, a refused one is an accepted
 * one with one thing changed, and what the libraries say of it is written down beside our expectation.
 */
export const AT = '2026-03-01T12:00:00Z';

/** Verdicts for what may be found before or after it is known to be a credential at all. */
export const REFUSED = ['invalid', 'malformed'];

export class Family {
  constructor({folders, makers}) {
    this.folders = folders;
    this.makers = makers;
  }

  /**
   * An accepted case. Either a signed `document`, or `like` and `change` for a change that must not matter.
   * `text` rewrites the finished JSON text. `makersRefuse` says why the libraries' refusal is not ours.
   */
  async accept(id, {document, like, change, text, at = AT, world, makersRefuse, ...rest}) {
    const content = this.#content({document, like, change, text});
    const makersSay = await this.makers.verify(JSON.parse(content), {at, overlay: world});
    if(makersSay.verified === (makersRefuse !== undefined)) {
      throw new Error(`${id}: expected the makers to say ${!makersRefuse}, they say ${JSON.stringify(makersSay)}`);
    }
    this.folders.addCase({
      id, input: ['credential.json', content], at, world,
      expect: {verdict: 'valid'},
      makersSay: makersRefuse ? {...makersSay, why: makersRefuse} : makersSay,
      ...rest
    });
    return JSON.parse(content);
  }

  /** A refused case: the accepted case `like`, and what became of it. */
  async refuse(id, {like, document, change, text, at = AT, world, verdict = 'invalid', checks, ...rest}) {
    const content = this.#content({document, like, change, text});
    const neighbour = this.folders.get(like);
    if(content === neighbour.content && at === neighbour.at && world === undefined) {
      throw new Error(`${id} is the same as ${like}`);
    }
    let makersSay;
    try {
      makersSay = await this.makers.verify(JSON.parse(content), {at, overlay: world});
    } catch(error) {
      makersSay = {verified: false, error: String(error.message).split('\n')[0].slice(0, 160)};
    }
    this.folders.addCase({
      id, input: ['credential.json', content], at, world,
      expect: {verdict, checks: [checks].flat()},
      acceptedNeighbour: like,
      makersSay,
      ...rest
    });
  }

  documentOf(id) {
    return JSON.parse(this.folders.get(id).content);
  }

  #content({document, like, change, text}) {
    let value = document;
    if(value === undefined) {
      value = this.documentOf(like);
      if(change) {
        value = change(value) ?? value;
      }
    }
    const written = JSON.stringify(value, null, 2) + '\n';
    return text ? replaceOnce(written, ...text) : written;
  }
}

function replaceOnce(text, before, after) {
  if(text.split(before).length !== 2) {
    throw new Error(`${JSON.stringify(before)} is not there exactly once`);
  }
  return text.replace(before, () => after);
}
