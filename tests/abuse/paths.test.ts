import test from 'ava';
import { networkOfThisFile } from '../support/network.js';
import { headOf, sendRaw } from '../support/raw-http.js';

const network = networkOfThisFile();

/** Sent as they are: a client library would tidy them up. */
const answerTo = async (path: string): Promise<{ status: number; text: string }> => {
  const port = Number(new URL(network().roles.api.url()).port);
  const text = await sendRaw(port, headOf(`GET ${path}`, { Connection: 'close' }));
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
};

const ways = [
  '/../../../../etc/passwd',
  '/api/../../../../etc/passwd',
  '/docs/../../../../etc/passwd',
  '/docs/..%2f..%2f..%2fpackage.json',
  '/docs/%2e%2e/%2e%2e/package.json',
  '/docs/....//....//package.json',
  '/docs/..%5c..%5cpackage.json',
  '/docs/%252e%252e%252fpackage.json',
  '/docs/swagger-ui.css/../../package.json',
  '/docs/%c0%ae%c0%ae/package.json',
  '/api/stations/..%2f..%2fadmin%2fusers',
  '/api/stations/%2e%2e',
  '/api/stations/%00',
  '/api/stations/KTM%0d%0aX-Evil:1',
  '/api/stations/%ff%fe',
  '/api/stations/%',
  '/api/stations/%zz',
  '/api/stations/%u0041',
  `/api/stations/${'a'.repeat(8_000)}`,
  '/api/stations/KTM;jsessionid=1',
  '//other.example/api/stations',
  '/api//stations',
  '/API/STATIONS',
  '/api/stations/.',
  '/.env',
  '/.git/config',
  '/package.json',
  '/api/stations?page_size=%00',
  '/api/stations?page_size=20&page_size=20',
  '/api/stations?__proto__[x]=1&constructor[prototype][x]=1',
];

test.serial(
  'no odd way leads to a file, to another operation or to an error of ours',
  async (t) => {
    for (const path of ways) {
      const { status, text } = await answerTo(path);
      t.true(status >= 200 && status < 500, `${path}: ${text.slice(0, 300)}`);
      t.notRegex(text, /root:x:0|"dependencies"|\[core\]|POWERBANK_/, path);
      t.notRegex(text, /^x-evil/im, path);
    }
  },
);

test.serial('no odd spelling of a path gets past who may call it', async (t) => {
  const spellings = [
    '/api/admin/users',
    '/api/admin/users/',
    '/api/admin//users',
    '/api/./admin/users',
    '/api/stations/../admin/users',
    '/api/%61dmin/users',
    '/api/admin%2fusers',
    '/api/admin/users;x=1',
    '/api/admin/users%20',
    '/api/admin/users%00',
    '/api/admin/users?x=/api/stations',
    '/api/stations/..%2fadmin%2fusers',
  ];
  for (const path of spellings) {
    const { status, text } = await answerTo(path);
    t.true([400, 401, 404].includes(status), `${path}: ${text.slice(0, 300)}`);
    t.notRegex(text, /"items"/, path);
  }
});
