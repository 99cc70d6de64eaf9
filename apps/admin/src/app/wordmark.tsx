/** The product's mark and name. */
export const Wordmark = () => (
  <span className="wordmark">
    <img src="/icon.svg" width={24} height={24} alt="" />
    <span>Ratebook</span>
  </span>
);
