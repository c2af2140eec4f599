/** A workspace of Microsoft Sentinel, as the settings name it; other fields are as the file has them, in camelCase. */
export interface WorkspaceSettings {
  /** What the settings call it. */
  name: string;
  workspaceId?: string;
  tenantId?: string;
  subscriptionId?: string;
  resourceGroup?: string;
  workspaceName?: string;
  [field: string]: unknown;
}

/** A provider, as the settings have it. */
export interface ProviderSettings {
  section: "TIProviders" | "ContextProviders" | "DataProviders" | "OtherProviders";
  name: string;
  /** What it is; its own name where the settings do not say. */
  provider: string;
  primary: boolean;
  /** Its arguments; instead of a key stands `"(hidden)"`, or the reference to it. */
  args: Readonly<Record<string, unknown>>;
  /** The names of the arguments that are keys. */
  keys: readonly string[];
}

/** What `readSettings` asks for. */
export interface KeyQuestion {
  provider: string;
  arg: string;
  /** Where the settings say that the key is, such as `environment variable VT_AUTH`. */
  reference?: string;
  signal?: AbortSignal;
}

/** Settings. Keys are in memory alone: no field, output, error or JSON has them. */
export interface Settings {
  readonly sections: string[];
  /** A section as the file has it, without keys. */
  section(name: string): unknown;
  readonly workspaces: string[];
  /** The workspace `name`; without a name the only one, or `Default`. */
  workspace(name?: string): WorkspaceSettings;
  /** All providers, or those of a section. */
  providers(section?: ProviderSettings["section"]): ProviderSettings[];
  provider(name: string): ProviderSettings;
  /**
   * A provider's key: the one of the settings, of `setSecret`, of the environment (in Node), or else what `ask`
   * gives, once. Without an answer the error's code is `cancelled`.
   */
  secret(provider: string, arg: string, options?: { signal?: AbortSignal }): Promise<string>;
  /** Keeps a key until `forget`, or until the page is closed. */
  setSecret(provider: string, arg: string, value: string): void;
  /** Forgets a key, or all; they are asked for again. */
  forget(provider?: string, arg?: string): void;
  /** The settings with `"(hidden)"` for each key. */
  toJson(): string;
  toJSON(): unknown;
}

/**
 * Reads settings: a `msticpyconfig.yaml` (its text, bytes, a file or an address) as it is, or an object of the same shape.
 *
 * A key may stand in the file, or a reference (`EnvironmentVar`, `KeyVault`). What is not known is asked for when it is
 * needed, in a dialog of the page, or by `ask`.
 *
 * ```js
 * const settings = await hb.readSettings(file);
 * settings.workspace("Contoso").workspaceId;
 * await settings.secret("VirusTotal", "AuthKey");
 * ```
 */
export function readSettings(
  source: string | URL | Blob | BufferSource | Response | { arrayBuffer(): Promise<ArrayBuffer> } | Record<string, unknown>,
  options?: { name?: string; ask?: (question: KeyQuestion) => string | undefined | Promise<string | undefined> },
): Promise<Settings>;
