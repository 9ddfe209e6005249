/* The mobile SDK's page: straight on to the hosted page, which then ends on the SDK's deep links. */
// biome-ignore-all lint: old web views load this file, so it keeps to the JavaScript of 2009.
(function () {
  'use strict';
  function parameter(name) {
    var found = new RegExp('[?&]' + name + '=([^&#]*)').exec(window.location.search);
    return found ? decodeURIComponent(found[1]) : '';
  }
  window.SpiralPG.redirectToPay(parameter('sessionID'), { locale: parameter('locale'), view: 'app' });
})();
