/**
 * `/set-up`: where a set-up link leads. Its holder chooses a password there (AUTH-12).
 *
 * The token stands behind the `#` of the link, which browsers send to no server; so it is in no
 * log of a proxy, and the script takes it out of the address bar as soon as it has it.
 */

import type { RawAnswer, RawRoute } from './raw-route.js';

export const setUpPath = '/set-up';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Choose your PowerBank password</title>
</head>
<body>
<main>
<h1>Choose your PowerBank password</h1>
<form id="form">
<p><label>Password, 8 characters at least<br>
<input id="password" type="password" autocomplete="new-password"
  minlength="8" maxlength="128" required></label></p>
<p><label>The same again<br>
<input id="again" type="password" autocomplete="new-password" required></label></p>
<p><button>Set the password</button></p>
</form>
<p id="told" role="status"></p>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
<script src="${setUpPath}.js"></script>
</body>
</html>
`;

const script = `const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
const find = (id) => document.getElementById(id);
const tell = (text) => {
  find('told').textContent = text;
};
if (token === '') tell('Open the whole link of the message, please.');
find('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = {
    token,
    new_password: find('password').value,
    confirm_password: find('again').value,
  };
  try {
    const answer = await fetch('/api/auth/set-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      find('form').hidden = true;
      tell('Your password is set. You can sign in with it now.');
    } else {
      tell((await answer.json()).title + '.');
    }
  } catch {
    tell('That did not work. Please try again in a moment.');
  }
});
`;

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join(';');

const get = (operation: string, path: string, answer: RawAnswer): RawRoute => ({
  operation,
  method: 'GET',
  path,
  bodyBytesMax: 0,
  handler: async () => answer,
});

/** The page and its script. */
export const setUpRoutes = (): readonly RawRoute[] => [
  get('readSetUpPage', setUpPath, {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    body: page,
    headers: { 'content-security-policy': pagePolicy },
  }),
  get('readSetUpScript', `${setUpPath}.js`, {
    status: 200,
    contentType: 'text/javascript; charset=utf-8',
    body: script,
  }),
];
