/* What the C++ library of the wheel, which is older than mm's, has no name for. Both only end a program. */
void abort(void);
void _ZSt28__throw_bad_array_new_lengthv(void) { abort(); }
void _ZSt21__glibcxx_assert_failPKciS0_S0_(const char *file, int line, const char *name, const char *condition) {
  abort();
}
