/** The part of SOURCE.toml that all families share. */
import {versionOf} from './contexts.js';

const OF_NO_PACKAGE = 'No npm package is known to carry Certificate Learner Record 2.0.1: the published file, pinned by ' +
  'its digest in tools/vectors/contexts.js, is read from the shared data while vectors are made; it is not copied.';

export function passport({title, generator, packages, contexts, origin}) {
  return {
    title,
    origin: origin ?? 'Made for this project. People, institutions, addresses and keys are inventions; the private ' +
      'halves of the keys follow from names in the generator, so they protect nothing.',
    generator,
    licence: 'Apache-2.0',
    ...contexts && {contexts_note: OF_NO_PACKAGE},
    packages: Object.fromEntries(packages.map(name => [name, versionOf(name)])),
    ...contexts && {contexts: Object.fromEntries([...contexts].map(([url, {from}]) => [url, from]))}
  };
}
