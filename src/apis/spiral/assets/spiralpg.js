/* Spiral Checkout client library, served by Tollgate. */
// biome-ignore-all lint: old web views load this file, so it keeps to the JavaScript of 2009.
(function (root, factory) {
  if (typeof module === 'object' && module.exports) module.exports = factory();
  else if (typeof define === 'function' && define.amd) define([], factory);
  else root.SpiralPG = factory();
})(typeof self !== 'undefined' ? self : this, function () {
  'use strict';

  var locales = ['en_US', 'zh_HK', 'zh_TW', 'zh_CN'];
  var current = null;

  /* The page lives where this file was loaded from, so merchants change nothing but the script's host. */
  var origin = (function () {
    if (typeof document === 'undefined') return '';
    var own = document.currentScript && document.currentScript.src;
    var isLibrary = /\/spiralpg\.min\.js(?:[?#]|$)/;
    var src = own && isLibrary.test(own) ? own : '';
    var scripts = document.getElementsByTagName('script');
    for (var i = scripts.length - 1; !src && i >= 0; i--) if (isLibrary.test(scripts[i].src)) src = scripts[i].src;
    var found = /^https?:\/\/[^/?#]+/.exec(src || own || '');
    return found ? found[0] : '';
  })();

  function init(sessionId, options) {
    var chosen = options && options.locale;
    current = {
      sessionId: sessionId,
      locale: locales.indexOf(chosen) >= 0 ? chosen : 'en_US',
      view: options && options.view === 'app' ? '&view=app' : '',
    };
  }

  function pay() {
    if (!current || typeof current.sessionId !== 'string' || current.sessionId === '') {
      throw new Error('SpiralPG: call init with a session id before pay');
    }
    window.location.assign(
      origin + '/pay/' + encodeURIComponent(current.sessionId) + '?locale=' + current.locale + current.view,
    );
  }

  return {
    init: init,
    pay: pay,
    redirectToPay: function (sessionId, options) {
      init(sessionId, options);
      pay();
    },
    configure: function () {},
    errorCallback: function (error) {
      if (typeof console !== 'undefined') console.error(error);
    },
  };
});
