/**
 * Documents whose RDF graph is what was signed, and whose JSON says something else.
 *
 * A signature over RDF does not cover the shape of the JSON. What a program reads is the JSON, so a verifier must
 * refuse every shape in which the two could differ. The libraries verify most of these; nobody has noticed the change.
 */
import jsonld from 'jsonld';
import {learnerRecord, minimalBadge, uuid} from '../badges.js';
import {OB, OB_EXTENSIONS, V2} from '../contexts.js';
import {documentLoader} from '../world.js';
import {REFUSED} from './family.js';

const CREDENTIALS = 'https://www.w3.org/2018/credentials#';
const XSD_DATE_TIME = 'http://www.w3.org/2001/XMLSchema#dateTime';

export async function addJsonIsNotRdf(family, keys, makers) {
  const {noordzee, ana, bram} = keys;
  const features = ['eddsa-rdfc-2022', 'compacted form'];
  const refuse = (name, description, reason, {checks = ['structure', 'context'], verdict = REFUSED, ...how}) =>
    family.refuse(`json-is-not-rdf/${name}`, {description, reason, features, checks, verdict, ...how});

  const badge = {
    ...minimalBadge(noordzee.controller, ana.controller, 'json is not rdf'), validUntil: '2026-06-01T00:00:00Z'
  };
  const like = 'json-is-not-rdf/badge-with-an-end';
  await family.accept(like, {
    document: await makers.sign(badge, noordzee), features,
    description: 'A badge that ends in June 2026.', reason: 'The end has not come.'
  });
  await family.refuse('json-is-not-rdf/expired', {
    like, features, at: '2026-07-01T00:00:00Z', checks: ['period'],
    description: 'The time of verification lies after validUntil.', reason: 'The badge has expired.'
  });
  const expired = {like, at: '2026-07-01T00:00:00Z'};
  const literal = text => ({'@type': XSD_DATE_TIME, '@value': text});

  await refuse('end-under-its-iri', 'validUntil of an expired badge is written with its whole IRI as the name.',
    'A program that looks for validUntil finds none. A conforming document is compacted.', {
      ...expired, change: document => {
        document[`${CREDENTIALS}validUntil`] = literal(document.validUntil);
        delete document.validUntil;
      }});
  await refuse('end-under-a-new-name', 'An inline context gives validUntil another name.',
    'An inline context may add terms, not rename those of the standard.', {
      ...expired, change: document => {
        document['@context'].push({bestBefore: {'@id': `${CREDENTIALS}validUntil`, '@type': XSD_DATE_TIME}});
        document.bestBefore = document.validUntil;
        delete document.validUntil;
      }});
  await refuse('end-included', 'validUntil stands in another node object with the same id, under @included.',
    'The graph is the same; the credential that a program reads has no end.', {
      ...expired, change: document => {
        document['@included'] = [{id: document.id, type: document.type, validUntil: document.validUntil}];
        delete document.validUntil;
      }});
  await refuse('end-nested', 'validUntil stands under @nest.',
    'The graph is the same; the credential that a program reads has no end.', {
      ...expired, change: document => {
        document['@nest'] = {validUntil: document.validUntil};
        delete document.validUntil;
      }});
  await refuse('end-in-a-graph', 'The whole credential stands under @graph.',
    'The graph is the same; there is no credential at the root.', {
      ...expired, change: document => {
        const {'@context': context, proof, ...rest} = document;
        return {'@context': context, '@graph': [rest], proof};
      }});
  await refuse('end-as-a-value-object', 'validUntil is a value object.',
    'The graph is the same; a program expects a string.', {
      checks: ['structure', 'schema', 'context', 'period'],
      ...expired, change: document => {
        document.validUntil = {'@type': XSD_DATE_TIME, '@value': document.validUntil};
      }});
  await refuse('end-in-a-list', 'validUntil is an array with one string.',
    'The graph is the same; a program that compares it to a time gets nonsense.', {
      checks: ['structure', 'schema', 'context', 'period'],
      ...expired, change: document => {
        document.validUntil = [document.validUntil];
      }});
  await refuse('achievement-from-behind', 'The achievement points to its subject with @reverse.',
    'The graph is the same; the subject that a program reads has no achievement.', {
      like, checks: ['structure', 'schema', 'context'], change: document => {
        const {achievement, ...subject} = document.credentialSubject;
        document.credentialSubject = subject;
        document['@included'] = [{
          ...achievement, '@reverse': {'https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement': {id: subject.id}}
        }];
      }});
  await refuse('keyword-under-a-new-name', 'An inline context makes `uri` an alias of @id, and uses it.',
    'The graph is the same; a program that looks for id finds none.', {
      like, checks: ['structure', 'schema', 'context'], change: document => {
        document['@context'].push({uri: '@id'});
        document.credentialSubject.uri = document.credentialSubject.id;
        delete document.credentialSubject.id;
      }});
  await refuse('keywords-instead-of-aliases', '@id and @type are written instead of id and type.',
    'The graph is the same; the compacted form uses the aliases.', {
      like, checks: ['structure', 'schema', 'context'], change: document => {
        const {id, type, ...rest} = document.credentialSubject;
        document.credentialSubject = {'@id': id, '@type': type, ...rest};
      }});
  await refuse('types-as-iris', 'The types are written as whole IRIs.',
    'The graph is the same; a program that looks for OpenBadgeCredential finds none.', {
      like, checks: ['structure', 'schema', 'context'], change: document => {
        document.type = [
          `${CREDENTIALS}VerifiableCredential`,
          'https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential'
        ];
      }});
  await refuse('vocabulary-for-everything', 'An inline @vocab gives a meaning to every unknown word.',
    'With @vocab a misspelt member is signed as if it meant something.', {
      like, change: document => {
        document['@context'].push({'@vocab': 'https://vocab.example/'});
      }});
  await refuse('base-for-everything', 'An inline @base gives a meaning to every relative address.',
    'With @base the same bytes name other things.', {
      like, change: document => {
        document['@context'].push({'@base': 'https://vocab.example/'});
      }});
  await refuse('context-below-the-root', 'The achievement has a context of its own, which repeats the Open Badges one.',
    'Only the root of a credential has a context.', {
      like, change: document => {
        document.credentialSubject.achievement['@context'] = [OB];
      }});
  await refuse('expanded-form', 'The credential is in expanded JSON-LD form.',
    'It means the same; a conforming document is compacted.', {
      verdict: 'malformed', checks: ['structure', 'context'], like,
      document: await expandedForm(family.documentOf(like), makers)});
  await refuse('a-null-among-the-claims', 'A member with the value null was added after signing.',
    'JSON-LD drops it, a program may not. Nulls must be omitted.', {
      like, checks: ['structure', 'schema', 'context', 'proof'], change: document => {
        document.credentialSubject.narrative = null;
      }});
  await refuse('an-empty-type', 'An empty string was added to the types after signing.',
    'It is a relative address: one canonicalizer drops it, another resolves it, safe mode refuses it.', {
      like, checks: ['structure', 'schema', 'context', 'proof'], change: document => {
        document.type.push('');
      }});
  await refuse('order-of-contexts', 'The two contexts have changed places.',
    'The list is ordered; credentials/v2 comes first.', {
      like, checks: ['structure', 'schema', 'context', 'proof'], change: document => {
        document['@context'].reverse();
      }});
  await refuse('context-that-nobody-has', 'A third context is named that cannot be had.',
    'What the words mean cannot be decided.', {
      verdict: 'indeterminate', checks: ['context', 'proof', 'structure'], like, change: document => {
        document['@context'].push('https://vocab.example/never-published.json');
      }});
  await family.accept('json-is-not-rdf/context-added-that-is-not-used', {
    like, features,
    description: 'The published extensions.json was appended to the contexts after signing; no word of it is used.',
    reason: 'The graph of the document and of the proof options is the same, and so is every word a program reads.',
    change: document => {
      document['@context'].push(OB_EXTENSIONS);
    }
  });

  // a language tag is pasted into N-Quads as it is
  const tagged = 'json-is-not-rdf/name-in-a-language';
  await family.accept(tagged, {
    document: await makers.sign({
      '@context': [V2],
      id: uuid('language tags'),
      type: ['VerifiableCredential'],
      issuer: noordzee.controller,
      validFrom: '2025-09-01T08:00:00Z',
      name: {'@value': 'Getijden', '@language': 'nl'},
      credentialSubject: {id: ana.controller, name: {'@value': 'Ana', '@language': 'pt'}}
    }, noordzee),
    features, description: 'A plain credential with language-tagged names.', reason: 'Tag and text are both signed.'
  });
  await refuse('statement-inside-a-language-tag', 'A whole statement is hidden in a language tag.',
    'A canonicalizer that does not check tags would write it out as a statement of its own.', {
      like: tagged, verdict: REFUSED, checks: ['structure', 'schema', 'context', 'proof'], change: document => {
        document.name['@language'] = `nl .\n<${document.id}> <https://schema.org/description> "x"@nl`;
      }});

  await addSwappedAchievements(family, keys, makers);

  async function expandedForm(document, {contexts, world}) {
    const [expanded] = await jsonld.expand(document, {
      documentLoader: documentLoader(contexts, world), base: null, safe: true
    });
    return expanded;
  }

  async function addSwappedAchievements() {
    const first = minimalBadge(noordzee.controller, ana.controller, 'first of two');
    const second = minimalBadge(noordzee.controller, ana.controller, 'second of two');
    second.credentialSubject.achievement.name = 'Ties knots';
    first.credentialSubject.achievement.name = 'Commands a fleet';
    const record = learnerRecord(noordzee.controller, bram.controller, [
      await makers.sign(first, noordzee), await makers.sign(second, noordzee)
    ], 'swapped achievements');
    const honest = 'json-is-not-rdf/record-of-two-badges';
    await family.accept(honest, {
      document: await makers.sign(record, noordzee), features: ['eddsa-rdfc-2022', 'ClrCredential'],
      description: 'A learner record with two badges of one learner.', reason: 'All three proofs are right.'
    });
    await refuse('achievements-of-one-learner-swapped', 'The achievements of the two badges were swapped after signing.',
      'CLR 2.0 nests without a named graph: both badges share the node of the learner, so the graph of the record is ' +
      'the same and its own proof still verifies. Each badge must be verified by itself.', {
        like: honest, verdict: 'invalid', checks: ['nested'], change: document => {
          const [one, two] = document.credentialSubject.verifiableCredential;
          const {achievement} = one.credentialSubject;
          one.credentialSubject.achievement = two.credentialSubject.achievement;
          two.credentialSubject.achievement = achievement;
        }});
  }
}
