/** What the files of a project say of where they are. All paths are absolute. */
export interface Surroundings {
  /** The project's folder. */
  readonly folder: string;
  /** Who is to run it. */
  readonly user: string;
  /** The Node to run it with. */
  readonly node: string;
  /** The folder in which automate is installed. */
  readonly program: string;
  /** The JSON Schema of rule files. */
  readonly schema: string;
}
