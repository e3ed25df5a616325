/** `powerbank eventstore copy`, as an operator runs it. */
import { copied, openSide } from '../adapters/eventstore/copying.js';
import { event, events } from '../adapters/eventstore-node/support.js';
import { onOwnNode } from '../support/event-store-server.js';
import { run } from '../support/program.js';

const copyOf = (from: string, to: string, ...more: readonly string[]) =>
  run(['eventstore', 'copy', '--from', from, '--to', to, ...more], {});

onOwnNode('a copy tells its progress, what it copied, and that both are the same', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  for (let n = 0; n < 20; n += 1) await source.client.appendToStream(`भाडा-${n}`, events(20));
  await target.client.appendToStream('other', event(1));

  const first = await copyOf(source.url, target.url);
  t.is(first.code, 0, first.stderr);
  t.regex(first.stdout, /^400 events copied/m);
  const digests = [...first.stdout.matchAll(/: 400 events, digest ([0-9a-f]{64})$/gm)];
  t.is(digests.length, 2);
  t.is(digests[0]?.[1], digests[1]?.[1]);
  t.regex(first.stdout, /^besides: 1 events in streams that the source does not know$/m);
  t.regex(first.stdout, /^both are the same, event for event$/m);
  t.regex(first.stderr, /^ {2}copying: 100% \(\d+ of \d+\) \| 400 events, \d+ a second$/m);
  t.regex(first.stderr, /^ {2}comparing: 100%/m);

  await source.client.appendToStream('more', events(3));
  const second = await copyOf(source.url, target.url);
  t.is(second.code, 0, second.stderr);
  t.regex(second.stdout, /^3 events copied/m);
});

onOwnNode('comparing alone copies nothing; a difference is an error that names it', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await copied(t, source, target);
  t.is((await copyOf(source.url, target.url, '--verify-only')).code, 0);

  const late = event(6);
  await source.client.appendToStream('b', late);
  const { code, stdout, stderr } = await copyOf(source.url, target.url, '--verify-only');
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /^source: 5 events, digest/m);
  t.true(stderr.includes(`source: 0@b (tested, ${late.id})`), stderr);
  t.regex(stderr, /^ {2}target: has no more events$/m);
});

onOwnNode('what stands in the way is told, without passwords', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await source.client.appendToStream('a', events(5));
  await target.client.appendToStream('a', events(5));
  const foreign = await copyOf(source.url, target.url);
  t.is(foreign.code, 1);
  t.regex(foreign.stderr, /^nothing was copied: the target's stream a is not that of the source$/m);

  const nobody = 'esdb://admin:hush-hush@127.0.0.1:1?tls=true';
  const away = await copyOf(source.url, nobody);
  t.is(away.code, 1);
  t.regex(away.stderr, /^after 0 events: the target: /m);
  t.notRegex(away.stderr, /hush/);

  const slip = await copyOf('esdb:/admin:hush-hush@x', target.url);
  t.is(slip.code, 1);
  t.regex(slip.stderr, /^--from: /m);
  t.notRegex(slip.stderr, /hush/);
});
