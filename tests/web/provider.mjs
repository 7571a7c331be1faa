// An OpenID provider for the tests: the real thing, with accounts that have a role and an organisation, and a way to
// spoil the next tokens. `node provider.mjs PORT REDIRECT_URI` prints one line when it listens.
import { createHmac, generateKeyPairSync, createPrivateKey, sign as signed } from "node:crypto";
import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const client = { client_id: "rygrad", client_secret: "hemmelig" };

function newKey(kid, kind) {
  const pair = kind === "RS256" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...pair.privateKey.export({ format: "jwk" }), kid, alg: kind, use: "sig" };
}
const algorithm = process.env.PROVIDER_ALGORITHM || "RS256";
const keys = [newKey("ours", algorithm), newKey("other", algorithm)];
const stranger = newKey("stranger", algorithm);

const accounts = JSON.parse(process.env.PROVIDER_ACCOUNTS);

const provider = new Provider(issuer, {
  clients: [{ ...client, redirect_uris: [redirectUri], response_types: ["code"], grant_types: ["authorization_code"], id_token_signed_response_alg: algorithm }],
  jwks: { keys },
  claims: { openid: ["sub"], profile: ["name", "role", "organisation"] },
  acrValues: ["low", "high"],
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ["test"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/choose/${interaction.uid}` },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
});

const encoded = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function spoiled(token, how) {
  const [head, body, signature] = token.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url"));
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const resign = (changed, header_ = header, key = keys.find((one) => one.kid === header.kid)) => {
    const text = `${encoded(header_)}.${encoded({ ...claims, ...changed })}`;
    const secret = createPrivateKey({ key, format: "jwk" });
    return `${text}.${signed("sha256", Buffer.from(text), { key: secret, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  };
  const now = Math.floor(Date.now() / 1000);
  const hmac = (secret) => {
    const text = `${encoded({ ...header, alg: "HS256" })}.${encoded(claims)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const ways = {
    resigned: () => resign({}),
    audience: () => resign({ aud: "another" }),
    several_audiences: () => resign({ aud: ["rygrad", "another"] }),
    another_party: () => resign({ azp: "another" }),
    no_audience: () => resign({ aud: undefined }),
    issuer: () => resign({ iss: "http://127.0.0.1:1" }),
    expired: () => resign({ iat: now - 7200, exp: now - 3600 }),
    no_expiry: () => resign({ exp: undefined }),
    future: () => resign({ iat: now + 3600, nbf: now + 3600, exp: now + 7200 }),
    nonce: () => resign({ nonce: "another" }),
    no_nonce: () => resign({ nonce: undefined }),
    subject: () => resign({ sub: "bo" }),
    tampered: () => `${head}.${encoded({ ...claims, sub: "bo" })}.${signature}`,
    none: () => `${encoded({ alg: "none", kid: header.kid })}.${body}.`,
    none_signed: () => `${encoded({ ...header, alg: "none" })}.${body}.${signature}`,
    symmetric: () => hmac(client.client_secret),
    unknown_key: () => resign({}, { ...header, kid: "stranger" }, stranger),
    no_key: () => resign({}, { ...header, kid: undefined }),
    wrong_key: () => resign({}, { ...header, kid: "other" }),
    stolen_name: () => resign({}, header, stranger),
    garbage: () => "not.a.token",
    low: () => resign({ acr: "low" }),
    high: () => resign({ acr: "high" }),
  };
  return ways[how]();
}

let how = "";
const asked = [];
provider.use(async (ctx, next) => {
  if (ctx.path === "/spoil") {
    how = ctx.query.how;
    ctx.body = "ok";
    return;
  }
  if (ctx.path === "/asked") {
    ctx.body = asked;
    return;
  }
  if (ctx.path.startsWith("/choose/")) {
    const details = await provider.interactionDetails(ctx.req, ctx.res);
    const accountId = details.session?.accountId || details.params.login_hint;
    const grant = new provider.Grant({ accountId, clientId: client.client_id });
    grant.addOIDCScope("openid profile");
    const answer = details.params.login_hint === "nobody" ? { error: "access_denied" } : { login: { accountId }, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(ctx.req, ctx.res, answer);
  }
  if (ctx.path === "/auth") asked.push(ctx.query);
  await next();
  if (ctx.path === "/token" && how && ctx.body?.id_token) {
    const answer = typeof ctx.body === "string" ? JSON.parse(ctx.body) : ctx.body;
    ctx.body = { ...answer, id_token: spoiled(answer.id_token, how) };
  }
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
