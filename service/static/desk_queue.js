// What the queue does beyond plain HTML: keys, lines that appear by themselves, a quiet sound that can be switched off.
(function () {
  var d = document, en = d.documentElement.lang === 'en', title = d.title, KEY = 'gz:sound';
  var table = d.querySelector('table.queue'), body = table.tBodies[0], say = d.getElementById('say');
  var sound = d.getElementById('sound'), keys = d.getElementById('keys'), help = d.getElementById('help');
  var audio, fresh = 0, at = -1, since = table.getAttribute('data-since');
  function word(zh, english) { return en ? english : zh; }
  function each(selector, act) { [].forEach.call(d.querySelectorAll(selector), act); }

  // The sound: two soft tones. Browsers allow it only after somebody touched the page.
  function kept(value) {
    try { return value === undefined ? localStorage.getItem(KEY) : localStorage.setItem(KEY, value); } catch (e) { return null; }
  }
  function on() { return kept() !== 'off'; }
  function name() {
    sound.textContent = on() ? word('提示音：开', 'Sound: on') : word('提示音：关', 'Sound: off');
    sound.setAttribute('aria-pressed', on());
  }
  function tone(context, hertz, from) {
    var wave = context.createOscillator(), loud = context.createGain(), t = context.currentTime + from;
    wave.frequency.value = hertz;
    loud.gain.setValueAtTime(0, t);
    loud.gain.linearRampToValueAtTime(0.06, t + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0005, t + 0.5);
    wave.connect(loud);
    loud.connect(context.destination);
    wave.start(t);
    wave.stop(t + 0.55);
  }
  function ring() {
    var Context = window.AudioContext || window.webkitAudioContext;
    if (!on() || !Context) return;
    audio = audio || new Context();
    if (audio.state === 'suspended') audio.resume();
    tone(audio, 660, 0);
    tone(audio, 880, 0.18);
  }
  sound.addEventListener('click', function () { kept(on() ? 'off' : 'on'); name(); ring(); });
  keys.addEventListener('click', function () { toggle(); });
  function toggle() { help.hidden = !help.hidden; keys.setAttribute('aria-expanded', !help.hidden); }
  sound.parentNode.hidden = false;
  name();

  // Keys move a mark from line to line; the link of the line has the focus, so Enter opens it.
  function rows() { return body.rows; }
  function go(to) {
    if (!rows().length) return;
    at = Math.max(0, Math.min(rows().length - 1, to));
    rows()[at].querySelector('a').focus();
  }
  d.addEventListener('focusin', function (e) {
    var row = e.target.closest && e.target.closest('tbody tr');
    each('tr.at', function (one) { one.classList.remove('at'); });
    if (row && row.parentNode === body) { row.classList.add('at'); at = row.sectionRowIndex; }
  });
  d.addEventListener('keydown', function (e) {
    var field = e.target, typing = /^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName) && field.type !== 'checkbox';
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'Escape') { if (typing) field.blur(); else if (!help.hidden) toggle(); return; }
    if (typing) return;
    if (e.key === 'j') go(at + 1);
    else if (e.key === 'k') go(at - 1);
    else if (e.key === '/') { d.getElementById('q').focus(); d.getElementById('q').select(); }
    else if (e.key === '?') toggle();
    else if (e.key === 'x' && at >= 0) {
      var box = rows()[at].querySelector('input[type=checkbox]');
      if (box) { box.checked = !box.checked; mark(); }
    } else return;
    e.preventDefault();
  });
  function mark() {
    var ack = d.getElementById('ack'), n = d.querySelectorAll('tbody input:checked').length;
    if (ack) ack.textContent = word('签收勾选的' + (n ? '（' + n + '）' : ''), 'Acknowledge the selected' + (n ? ' (' + n + ')' : ''));
  }
  body.addEventListener('change', mark);

  // New lines: asked for every few seconds, so that a page costs the server no thread while nothing happens.
  function count(numbers) {
    each('[data-tab]', function (tab) {
      var n = numbers[tab.getAttribute('data-tab')], b = tab.querySelector('b');
      if (n === undefined) return;
      if (!b) { tab.appendChild(d.createTextNode(' ')); b = tab.appendChild(d.createElement('b')); }
      b.textContent = n;
    });
  }
  function put(number, html) {
    var old = body.querySelector('[data-no="' + number + '"]'), box = d.createElement('tbody');
    box.innerHTML = html;
    var row = box.rows[0];
    if (old) return 0;
    row.classList.add('fresh');
    body.insertBefore(row, body.firstChild);
    if (at >= 0) at += 1;
    return 1;
  }
  function show(news) {
    var added = 0;
    since = news.since;
    count(news.counts);
    if (!table.hasAttribute('data-still')) news.rows.forEach(function (one) { added += put(one[0], one[1]); });
    if (!added) return;
    fresh += added;
    var none = d.querySelector('.none');
    if (none) none.hidden = true;
    say.textContent = word('新来 ' + added + ' 件', added + ' new');
    d.title = '(' + fresh + ') ' + title;
    ring();
  }
  function poll() {
    var url = table.getAttribute('data-poll');
    fetch(url + (url.indexOf('?') < 0 ? '?' : '&') + 'since=' + encodeURIComponent(since), { credentials: 'same-origin', redirect: 'manual', headers: { 'X-Gonzhi-Poll': '1' } })
      .then(function (answer) {
        if (answer.type === 'opaqueredirect') { say.className = 'gone'; say.textContent = word('登录已过期，请刷新后重新登录。', 'Your session is over; reload and sign in again.'); return; }
        if (answer.ok) answer.json().then(show);
        later();
      }, later);
  }
  function later() { setTimeout(poll, +table.getAttribute('data-every') * 1000); }
  d.addEventListener('visibilitychange', function () { if (!d.hidden) { fresh = 0; d.title = title; } });
  later();
})();
