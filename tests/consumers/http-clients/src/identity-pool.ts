/** The local server answers as the service does. */
export const identityPool = {
  identityPoolId: "us-east-1:local",
  clientConfig: { region: "us-east-1", endpoint: `${location.origin}/identity` },
};
