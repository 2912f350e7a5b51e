/** What filters have in common up to some level. */
export interface TrieNode<T> {
  children: Map<string, TrieNode<T>> | null;
  plus: TrieNode<T> | null;
  /** The value of the filter that ends here, and of the one that ends here with `#`. */
  exact: T | undefined;
  rest: T | undefined;
}
