import { createContext, runInContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import { setUpPath, setUpRoutes } from '../../../adapters/http/set-up-page.js';
import { startServer } from '../../support/http-server.js';

const get = async (t: ExecutionContext, path: string) => {
  const { send } = await startServer(t, { routes: [], rawRoutes: setUpRoutes() });
  return send(path);
};

test('the page loads nothing but its own script, and may be in no frame', async (t) => {
  const answer = await get(t, setUpPath);
  t.is(answer.status, 200);
  t.is(answer.headers.get('cache-control'), 'no-store');
  const policy = answer.headers.get('content-security-policy') ?? '';
  t.regex(policy, /default-src 'none'/);
  t.regex(policy, /frame-ancestors 'none'/);
  t.notRegex(policy, /unsafe/);
  t.notRegex(answer.text, /https?:/);
});

interface Element {
  value: string;
  textContent: string;
  hidden: boolean;
  submit: (() => Promise<void>) | null;
}

/** What the script sees of a browser. */
const browser = (hash: string, answer: { readonly ok: boolean; readonly title: string }) => {
  const elements = new Map<string, Element>();
  const find = (id: string): Element => {
    const known = elements.get(id);
    if (known !== undefined) return known;
    const fresh: Element = { value: '', textContent: '', hidden: false, submit: null };
    elements.set(id, fresh);
    return fresh;
  };
  const sent: { readonly url: string; readonly body: unknown }[] = [];
  const shown: string[] = [];
  const context = createContext({
    location: { hash, pathname: setUpPath },
    history: { replaceState: (_: null, __: string, path: string) => void shown.push(path) },
    document: {
      getElementById: (id: string) => ({
        get value() {
          return find(id).value;
        },
        set textContent(text: string) {
          find(id).textContent = text;
        },
        set hidden(isHidden: boolean) {
          find(id).hidden = isHidden;
        },
        addEventListener: (_: string, listener: (event: object) => Promise<void>) => {
          find(id).submit = () => listener({ preventDefault: () => undefined });
        },
      }),
    },
    fetch: async (url: string, { body }: { body: string }) => {
      sent.push({ url, body: JSON.parse(body) });
      return { ok: answer.ok, json: async () => ({ title: answer.title }) };
    },
  });
  return { find, sent, shown, run: (script: string) => runInContext(script, context) };
};

test('the script hands the token of the link over once, and hides it at once', async (t) => {
  const { text } = await get(t, `${setUpPath}.js`);
  const { find, sent, shown, run } = browser('#the-token', { ok: true, title: '' });
  run(text);
  t.deepEqual(shown, [setUpPath], 'without the token');
  find('password').value = 'a fine password';
  find('again').value = 'a fine password';
  await find('form').submit?.();
  const both = { new_password: 'a fine password', confirm_password: 'a fine password' };
  t.deepEqual(sent, [{ url: '/api/auth/set-up', body: { token: 'the-token', ...both } }]);
  t.true(find('form').hidden);
  t.regex(find('told').textContent, /is set/);
});

test('what the API says is told to the person', async (t) => {
  const { text } = await get(t, `${setUpPath}.js`);
  const { find, run } = browser('', { ok: false, title: 'The link was used' });
  run(text);
  t.regex(find('told').textContent, /whole link/);
  await find('form').submit?.();
  t.is(find('told').textContent, 'The link was used.');
  t.false(find('form').hidden);
});
