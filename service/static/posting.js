// Fills in where the phone is when the officer taps for it. Without it the field is typed or left out. Chromium 69 and iOS 12.
(function () {
  document.addEventListener('DOMContentLoaded', function () {
    var d = document, b = d.getElementById('locate'), field = d.getElementById('position'), say = d.getElementById('say');
    var en = d.documentElement.lang === 'en', WAIT = 10000, tried = false;
    function tell(zh, english) { say.textContent = en ? english : zh; }
    [].forEach.call(d.querySelectorAll('form'), function (f) {
      f.addEventListener('submit', function (e) {
        if (f.sending) { e.preventDefault(); return; }
        f.sending = true;
        tell('正在发送，请稍等……', 'Sending, please wait…');
      });
    });
    addEventListener('pageshow', function () {
      [].forEach.call(d.querySelectorAll('form'), function (f) { f.sending = false; });
    });
    if (!b || !navigator.geolocation) return;
    b.parentNode.hidden = false;
    b.addEventListener('click', function () {
      tell('正在定位……', 'Finding where you are…');
      navigator.geolocation.getCurrentPosition(function (p) {
        var c = p.coords;
        field.value = c.longitude.toFixed(5) + ', ' + c.latitude.toFixed(5) + ' ±' + Math.round(c.accuracy);
        tell('位置已填好。', 'The position is filled in.');
      }, function () {
        tell(tried ? '还是没有定到位，不填也可以。' : '没有定到位，可以再试一次，也可以不填。', 'No position; try again, or leave it out.');
        tried = true;
      }, { enableHighAccuracy: true, timeout: WAIT, maximumAge: 30000 });
    });
  });
})();
