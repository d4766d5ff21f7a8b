/** Options for `createClient`, from the settings of the systems that people have. */
export { cognito, type CognitoSettings } from "./presets/cognito.js";
export {
  fromOpenMetadata,
  openMetadata,
  type OpenMetadataAuthentication,
} from "./presets/open-metadata.js";
export {
  appsmith,
  pomerium,
  rancher,
  theThingsStack,
  type AppsmithSettings,
  type PomeriumEnvironment,
  type PomeriumSettings,
  type RancherSettings,
  type TheThingsStackSettings,
} from "./presets/servers.js";
export type { Rest as PresetOptions, Scopes } from "./presets/settings.js";
