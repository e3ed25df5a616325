/** A copy of an event store: what arrives, what does not, and what is refused. */
import { binaryEvent } from '@eventstore/db-client';
import { onOwnNode } from '../../support/event-store-server.js';
import { ADMIN, secureNode } from '../eventstore-node/secure.js';
import { event, events } from '../eventstore-node/support.js';
import { appendRaw, contents, copied, copy, openSide, readable } from './copying.js';

const mebibyte = 1024 * 1024;

onOwnNode('events arrive to the byte, with their ids, revisions and order', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  const odd = '{ "b":1,\n"2":"\\u0939", "1":9007199254740993, "b":1e400 }';
  await appendRaw(t, source, 'rental-1', [
    { data: odd, metadata: '{"$tb" : 18446744073709551615, "n":12345678901234567890}' },
    { data: 'this is no JSON', metadata: Buffer.of(0, 255, 1) },
    { data: '', metadata: '' },
    { contentType: 'application/octet-stream', data: Buffer.of(0, 1, 2, 255) },
    { contentType: 'application/octet-stream', data: '{"a":1}', type: 'प्रकार' },
  ]);
  await appendRaw(t, source, 'भाडा-१@x', [{ data: '"text"' }]);
  await appendRaw(t, source, `long-${'n'.repeat(2_000)}`, [{ data: '[]' }]);
  for (let n = 0; n < 40; n += 1) await source.client.appendToStream(`s-${n % 3}`, events(7));
  const link = binaryEvent({ type: '$>', data: Buffer.from('0@rental-1') });
  await source.client.appendToStream('list', link);

  const { copied: count, verification } = await copied(t, source, target);

  const before = await contents(t, source);
  t.is(before.length, 7 + 280 + 1);
  t.deepEqual(await contents(t, target), before);
  t.is(count, before.length);
  t.is(verification.source.events, before.length);
  t.deepEqual(verification.beside, { own: 0, foreign: 0, hidden: 0 });
});

onOwnNode('system streams are not copied, metadata of user streams is', async (t) => {
  const source = await openSide(t, { categoryStreams: true });
  const target = await openSide(t);
  await source.client.appendToStream('rental-1', events(3));
  await source.client.appendToStream('$mine', event(1));
  await source.client.setStreamMetadata('$mine', { maxCount: 1 });
  const data = '{"$maxCount":100,"note":90071992547409931,"$acl":{"$r":"$all"}}';
  await appendRaw(t, source, '$$rental-1', [{ type: '$metadata', data, metadata: '{"by":1}' }]);
  await copied(t, source, target);
  const names = (await contents(t, target)).map(({ stream }) => stream);
  t.deepEqual(names, ['rental-1', 'rental-1', 'rental-1', '$$rental-1']);
  t.deepEqual(await contents(t, target), await contents(t, source));
  t.deepEqual(await readable(target, '$ce-rental'), ['stream-not-found']);
  t.deepEqual(await readable(target, '$mine'), ['stream-not-found']);
});

onOwnNode('a copy that is repeated copies the rest only', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await source.client.appendToStream('b', events(5));
  t.is((await copied(t, source, target)).copied, 10);
  t.is((await copied(t, source, target)).copied, 0);
  await source.client.appendToStream('a', events(3));
  await source.client.appendToStream('c', events(2));
  t.is((await copied(t, source, target)).copied, 5);
  t.deepEqual(await contents(t, target), await contents(t, source));
});

onOwnNode('what comes meanwhile is left to the next copy', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  let late: Promise<unknown> | undefined;
  const onProgress = (): void => {
    late ??= source.client.appendToStream('a', events(4));
  };
  const first = await copy(source, target, { onProgress });
  await late;
  t.like(first, { kind: 'same', copied: 5, hasGrown: true });
  t.is((await contents(t, target)).length, 5);
  const second = await copied(t, source, target);
  t.is(second.copied, 4);
  t.false(second.hasGrown);
});

onOwnNode('a target with events of its own in a stream of the source is refused', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await source.client.appendToStream('b', events(5));
  await target.client.appendToStream('other', events(3));
  await target.client.appendToStream('b', event(0));
  const before = await contents(t, target);
  const result = await copy(source, target);
  t.like(result, { kind: 'foreign', copied: 0, event: { stream: 'b', revision: 0n } });
  t.deepEqual(await contents(t, target), before);
});

onOwnNode('a target that was used after the copy is refused', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await copied(t, source, target);
  await target.client.appendToStream('a', event(6));
  const result = await copy(source, target);
  t.like(result, { kind: 'foreign', copied: 0, event: { stream: 'a', revision: 5n } });
  await source.client.appendToStream('a', events(2));
  t.like(await copy(source, target), { kind: 'foreign', event: { stream: 'a', revision: 5n } });
});

onOwnNode('streams of others in the target are left alone, whenever they come', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await target.client.appendToStream('other', events(3));
  const first = await copied(t, source, target);
  t.is(first.verification.beside.foreign, 3);
  await target.client.appendToStream('another', events(600));
  await target.client.setStreamMetadata('another', { maxCount: 1 });
  await source.client.appendToStream('a', events(5));
  const second = await copied(t, source, target);
  t.is(second.copied, 5);
  t.is(second.verification.beside.foreign, 604);
  t.is((await readable(target, 'other')).length, 3);
});

onOwnNode('comparing names the first event that differs', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await copied(t, source, target);
  t.is((await copy(source, target, { verifyOnly: true })).kind, 'same');

  await source.client.appendToStream('b', events(2));
  const missing = await copy(source, target, { verifyOnly: true });
  t.like(missing, {
    kind: 'different',
    copied: 0,
    difference: { source: { stream: 'b', revision: 0n }, target: null },
  });
  await target.client.appendToStream('b', events(2));
  const other = await copy(source, target, { verifyOnly: true });
  t.like(other, {
    kind: 'different',
    difference: { source: { stream: 'b' }, target: { stream: 'b', revision: 0n } },
  });
  t.is((await contents(t, target)).length, 7);
});

onOwnNode('events that follow each other in another order are a difference', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  const [one, two] = [event(1), event(2)];
  await source.client.appendToStream('a', one);
  await source.client.appendToStream('b', two);
  await target.client.appendToStream('b', two);
  await target.client.appendToStream('a', one);
  t.is((await copy(source, target, { verifyOnly: true })).kind, 'different');
  t.is((await copy(source, target)).kind, 'different');
});

onOwnNode('large events go up to the limit of an append, and no group beyond it', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  const large = (bytes: number) => ({ type: 'L', data: Buffer.alloc(bytes, 7) });
  await appendRaw(t, source, 'large', [large(mebibyte - 2)]);
  for (let n = 0; n < 8; n += 1) await appendRaw(t, source, 'large', [large(300 * 1024)]);
  await appendRaw(t, source, 'large', [large(mebibyte - 2)]);
  await copied(t, source, target);
  t.deepEqual(await contents(t, target), await contents(t, source));
});

onOwnNode('an event that is larger than the target takes is named', async (t) => {
  const source = await openSide(t, { maxAppendSizeBytes: 2 * mebibyte });
  const target = await openSide(t);
  await source.client.appendToStream('small', event(1));
  await appendRaw(t, source, 'large', [{ data: Buffer.alloc(mebibyte + 1) }]);
  t.like(await copy(source, target), {
    kind: 'refused',
    refusal: { kind: 'too-large', stream: 'large', bytesMax: mebibyte },
  });
  const roomy = await openSide(t, { maxAppendSizeBytes: 2 * mebibyte });
  await copied(t, source, roomy);
});

onOwnNode('a server with TLS and users is a target and a source like any other', async (t) => {
  const source = await openSide(t);
  await source.client.appendToStream('rental-1', events(20));
  await source.client.setStreamMetadata('rental-1', { maxCount: 5 });
  const secure = await secureNode(t);
  const url = secure.urlFor(ADMIN);
  t.like(await copy(source, { url }), { kind: 'same', copied: 21 });
  const back = await openSide(t);
  t.like(await copy({ url }, back), { kind: 'same', copied: 21 });
  t.deepEqual(await contents(t, back), await contents(t, source));

  const stranger = secure.urlFor({ ...ADMIN, password: 'wrong' });
  t.like(await copy(source, { url: stranger }), { kind: 'trouble', end: 'target', copied: 0 });
  t.like(await copy({ url: stranger }, back), { kind: 'trouble', end: 'source', copied: 0 });
});

onOwnNode('what cannot be reached, or is no connection string, is told', async (t) => {
  const source = await openSide(t);
  const nobody = { url: 'esdb://127.0.0.1:1?tls=false' };
  t.like(await copy(source, nobody), { kind: 'trouble', end: 'target' });
  t.like(await copy(nobody, source), { kind: 'trouble', end: 'source' });
  t.like(await copy(source, { url: 'esdb:/x' }), { kind: 'unusable', end: 'target' });
  const noFile = { url: `${source.url.replace('tls=false', 'tls=true')}&tlsCAFile=/nowhere.crt` };
  t.like(await copy(noFile, source), { kind: 'unusable', end: 'source' });
});
