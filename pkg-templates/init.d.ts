/** Where the parts of this package are; nothing of it is needed normally. */
export interface InitOptions {
  /** `huntbook_bg.wasm`: its address (a string is one too), bytes, a `Response`, or compiled. */
  wasm?: string | URL | BufferSource | Response | WebAssembly.Module | Promise<BufferSource | Response | WebAssembly.Module>;
  /** Whether long work runs in workers: by default in a page yes, in Node no. */
  worker?: boolean;
  /**
   * How many workers one call may use: by default as many as there are processors, but 4 at
   * most. `extractIocs` and `unpackBase64` use several where each gets 4 MB or more; what
   * they find is the same. One worker stays, the others end after 20 seconds without work.
   */
  workers?: number;
  /**
   * The Parquet reader: the addresses of `parquet.js` and `parquet_bg.wasm`, or
   * the module `parquet-wasm` itself once started. Only `huntbook/inline` needs it.
   */
  parquet?: { module: string | URL; wasm: string | URL } | { readParquet(bytes: Uint8Array): { intoIPCStream(): Uint8Array } };
  /**
   * The address of the package's folder `queries`, where it does not lie beside the script: with a bundler, or with
   * `huntbook/inline`. Or what gets the text of a file in it, such as `"index.json"`.
   */
  queries?: string | URL | ((file: string) => string | Promise<string>);
}

/**
 * Loads the WebAssembly module now instead of at the first call. Call it again
 * at will: the module is loaded once, and again only if that failed.
 */
export function init(options?: InitOptions): Promise<void>;
