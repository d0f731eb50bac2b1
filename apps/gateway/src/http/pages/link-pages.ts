import { pageCsp } from './page-csp.js';

const style = `
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
  body { max-width: 28rem; margin: 4rem auto; padding: 0 1.5rem; }
  h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  label { display: block; margin: .75rem 0; }
  input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .4rem .5rem; }
  button { font: inherit; padding: .4rem 1rem; }
  #answer { margin: 1.5rem 0; font-weight: 600; }
`;

/**
 * Sends the forms. The token stands in the fragment of the link, which browsers send to no server; it is removed from the address
 * bar at once. Texts of the server are set as text, never as HTML.
 */
const script = `
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', location.pathname);
  const answer = document.getElementById('answer');
  const show = (text) => { answer.textContent = text; answer.focus(); };
  const post = async (path, body, accessToken) => {
    const headers = { 'content-type': 'application/json' };
    if (accessToken) headers.authorization = 'Bearer ' + accessToken;
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const data = response.status === 204 ? {} : await response.json();
    if (!response.ok) throw new Error(data.error ? data.error.message : 'The server does not answer as expected');
    return data;
  };
  const accept = '/api/auth/invitations/accept';
  const joined = ({ email, organization }) =>
    organization ? email + ' is a member of ' + organization.name + ' now.' : email + ' can sign in now.';
  const actions = {
    join: async ({ password }) => joined(await post(accept, { token, password })),
    enter: async ({ email, password }) => {
      const { access_token } = await post('/api/auth/login', { email, password });
      return joined(await post(accept, { token }, access_token));
    },
    reset: async ({ password }) => {
      await post('/api/auth/password/reset', { token, password });
      return 'The password is changed. All sessions ended: sign in again.';
    },
  };
  for (const form of document.forms) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = form.querySelector('button');
      button.disabled = true;
      try {
        show(await actions[form.id](Object.fromEntries(new FormData(form))));
        for (const other of document.forms) other.hidden = true;
      } catch (error) {
        show(error.message);
      }
      button.disabled = false;
    });
  }
  if (!token) show('This link is not complete: open it again from the message that it came in.');
`;

const newPassword = `<label>New password, at least 12 characters
<input name="password" type="password" autocomplete="new-password" minlength="12" maxlength="1024" required></label>`;

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} · Loom</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p id="answer" role="status" tabindex="-1"></p>
${body}
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
<script>${script}</script>
</body>
</html>
`;

/** The page of an invitation link: sign in with an account, or choose the password of a new one. */
export const invitePage = page(
  'Accept the invitation',
  `<form id="enter" method="post">
<h2>With an account</h2>
<label>E-mail address
<input name="email" type="email" autocomplete="username" required></label>
<label>Password
<input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in and accept</button>
</form>
<form id="join" method="post">
<h2>Without an account</h2>
<p>An account is made for the address that was invited.</p>
${newPassword}
<button>Accept</button>
</form>`,
);

/** The page of a reset link. */
export const resetPage = page(
  'Choose another password',
  `<form id="reset" method="post">
${newPassword}
<button>Change the password</button>
</form>`,
);

export const linkPageCsp = pageCsp(style, script);
