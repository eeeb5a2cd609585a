// A real OpenID Connect provider on this machine. It prints its port, then reads one line of JSON: our client and people.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
const [line] = await new Promise((told) => {
  createInterface({ input: process.stdin }).once('line', (said) => told([said]));
});
const { tenant, client, people } = JSON.parse(line);
const mount = `/${tenant}/v2.0`;
const issuer = `http://127.0.0.1:${server.address().port}${mount}`;

const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ['sub', 'tid', 'oid', 'roles'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['only for tests'] },
  features: { backchannelLogout: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, oid: id, tid: tenant, name: id, preferred_username: `${id}@anytown.example`, ...people[id] }),
  }),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();
server.on('request', (request, response) => {
  request.originalUrl = request.url;
  request.url = request.url.replace(mount, '');
  answer(request, response);
});
console.log(issuer);
