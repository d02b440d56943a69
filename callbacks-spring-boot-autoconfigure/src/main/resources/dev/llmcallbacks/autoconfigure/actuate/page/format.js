/* default-src 'none' */
