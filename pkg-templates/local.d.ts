/** A file that a user gives: chosen or dropped, at an address, in a folder, or in memory under a name. */
export type LocalFile = File | FileList | FileLike | URL | FileSystemFileHandle | FileSystemDirectoryHandle | { readonly [name: string]: Source };

/** What `connect` takes of the providers of files: LocalData, OSQuery, Velociraptor, and Mordor. */
export interface LocalOptions extends ConnectOptions {
  /**
   * The files. A folder is one of `showDirectoryPicker()`, the files of `<input type="file" webkitdirectory>`, or in Node a URL
   * `file:`; what is in its folders is in it, too. A text is no file: an address is a URL.
   */
  files?: LocalFile | readonly LocalFile[];
  /** Paths of files and folders, in Node; msticpy's `data_paths`, which the settings may have. */
  dataPaths?: string | readonly string[];
  /**
   * A name under which the browser keeps the files of this page's origin until it is told `forget(name)`: copies of files, but
   * of handles only the place. With `keep` alone those are opened; a folder may have to be allowed again, after a click.
   */
  keep?: string;
  /** As for `read`; `"error"` if absent. */
  onBadRow?: "error" | "skip";
}

/** What `connect` takes of Mordor, that is, Security-Datasets. */
export interface MordorOptions extends LocalOptions {
  /** A mirror of `https://raw.githubusercontent.com/OTRF/Security-Datasets/master`. */
  base?: string | URL;
  /** The list of its files, as GitHub's API gives it, elsewhere than there. */
  tree?: string | URL;
  /** Whether to ask for the metadata again, which are kept for 30 days. */
  refresh?: boolean;
}

/** What the user chose: a dataset, and one of its files. */
export interface MordorDataset {
  id: string;
  title: string;
  /** Its query, for `provider.run`. */
  name: string;
  /** The address of its file. */
  file: string;
  /** `"Host"` or `"Network"`, as the dataset's authors write it. */
  kind: string | null;
  /** Bytes of the file, packed; null where it is not known. */
  size: number | null;
  description: string | null;
  /** `"atomic"` or `"compound"`. */
  type: string | null;
  platform: string[];
  /** Names are those of ATT&CK, null for what is not known. */
  tactics: { id: string; name: string | null }[];
  techniques: { id: string; name: string | null }[];
  authors: string[];
  created: string | null;
  modified: string | null;
  tags: string[];
  references: string[];
}

/** Options of {@link mordorBrowser}. */
export interface MordorBrowserOptions extends RememberOptions {
  /** A QueryProvider of Mordor, which is connected if it is not; a new one if absent. */
  provider?: QueryProvider;
  /** How to connect it. */
  connect?: MordorOptions;
}

/**
 * A browser of the recorded attacks of Security-Datasets (Mordor), by tactic and technique of ATT&CK, and by a search: `,` stands
 * between alternatives, `+` between what must all be there. Nothing is asked of GitHub before it is in a page. Its value may be
 * set by the `id` of a dataset, or by the `name` of its query, with or without its family.
 *
 * @example
 * const browser = mordorBrowser();
 * document.body.append(browser);
 * browser.addEventListener("input", async () => {
 *   const events = await browser.provider.run(browser.value.name);
 * });
 */
export function mordorBrowser(options?: MordorBrowserOptions): WidgetElement<MordorDataset | null, MordorDataset | string> & { readonly provider: QueryProvider };
