import { person } from "../user.js";

/** Makes a user pool with a public client and one user, by Cognito's API. @returns their identifiers */
export async function makePool(address, { REDIRECT_URI }) {
  const call = async (action, content) => {
    const answer = await fetch(`${address}/`, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${action}`,
      },
      body: JSON.stringify(content),
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { UserPool: pool } = await call("CreateUserPool", { PoolName: "interop" });
  const UserPoolId = pool.Id;
  const { UserPoolClient: client } = await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "interop",
    GenerateSecret: false,
    CallbackURLs: [REDIRECT_URI],
  });
  const user = { UserPoolId, Username: person.email };
  await call("AdminCreateUser", {
    ...user,
    UserAttributes: [{ Name: "email", Value: person.email }],
    MessageAction: "SUPPRESS",
  });
  await call("AdminSetUserPassword", { ...user, Password: person.password, Permanent: true });
  return { poolId: UserPoolId, clientId: client.ClientId };
}
