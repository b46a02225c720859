// What the form does beyond plain HTML: hides questions that do not apply, keeps a draft of the text on this phone,
// sends again when the network is back, and lets nobody send twice by a double tap. Chromium 69 and iOS 12.
(function () {
  var d = document, html = d.documentElement, en = html.lang === 'en';
  html.className += ' js';
  d.addEventListener('DOMContentLoaded', function () {
    var f = d.getElementById('f'), go = d.getElementById('go'), say = d.getElementById('say');
    var id = f.querySelector('[name=submission_id]');
    var key = 'gz:' + f.getAttribute('data-scene'), WEEK = 6048e5, TRY_AGAIN = 2e4;
    var sent = false, waiting = false, storage = true, timer;
    function each(selector, inside, act) { [].forEach.call((inside || f).querySelectorAll(selector), act); }
    function tell(zh, english) { say.textContent = en ? english : zh; }

    // Conditions, as gonzhi_code/conditions.py writes them: [name, op, value], {all}, {any}, {not}.
    function values(name) {
      var got = [];
      each('[name="' + name + '"]', f, function (e) {
        if (!e.disabled && (/radio|checkbox/.test(e.type) ? e.checked : e.value.trim())) got.push(e.value.trim());
      });
      return got;
    }
    function posted(v) { return v === true ? 'yes' : v === false ? 'no' : String(v); }
    function holds(c) {
      if (c.all) return c.all.every(holds);
      if (c.any) return c.any.some(holds);
      if (c.not) return !holds(c.not);
      var got = values(c[0]), want = c[2], op = c[1];
      if (!got.length) return want === false && !!f.querySelector('[type=checkbox][name="' + c[0] + '"]');
      if (op === 'given') return true;
      if (op === 'in') return want.some(function (w) { return got.indexOf(posted(w)) >= 0; });
      if (op === '!=') return got.indexOf(posted(want)) < 0;
      if (op === '==' || op === 'has') return got.indexOf(posted(want)) >= 0;
      if (typeof want === 'object') return true;
      var n = parseFloat(got[0].replace(/[,，]/g, ''));
      return op === '>=' ? n >= want : op === '>' ? n > want : op === '<=' ? n <= want : n < want;
    }
    function show() {
      each('[data-when]', f, function (e) {
        e.hidden = !holds(JSON.parse(e.getAttribute('data-when'))) && !e.querySelector('.err');
        each('input,select,textarea', e, function (c) { c.disabled = !!c.closest('[hidden]'); });
      });
    }

    // Rows: one more without asking the server.
    function addRow(box) {
      var rows = box.querySelectorAll('fieldset'), n = rows.length, last = rows[n - 1];
      if (n >= +box.getAttribute('data-most')) return;
      var name = box.getAttribute('data-rows'), old = name + '-' + (n - 1) + '-', next = name + '-' + n + '-';
      var row = last.cloneNode(true);
      each('.err', row, function (e) { e.parentNode.removeChild(e); });
      each('.bad', row, function (e) { e.classList.remove('bad'); });
      each('[id],[for],[name]', row, function (e) {
        ['id', 'for', 'name', 'aria-describedby'].forEach(function (a) {
          var v = e.getAttribute(a);
          if (v) e.setAttribute(a, v.split(old).join(next));
        });
        if ('checked' in e && /radio|checkbox/.test(e.type)) e.checked = false;
        else if ('value' in e) e.value = '';
      });
      var legend = row.querySelector('legend');
      legend.textContent = legend.textContent.replace(/\d+/, n + 1);
      last.parentNode.insertBefore(row, last.nextSibling);
      row.querySelector('input,select,textarea').focus();
    }

    // The draft: text and choices for seven days, never what identifies a person.
    function load() {
      try { return JSON.parse(localStorage.getItem(key)); } catch (e) { storage = false; return null; }
    }
    function drop() { try { localStorage.removeItem(key); } catch (e) { storage = false; } }
    function save() {
      if (sent) return;
      var v = [];
      each('input,select,textarea', f, function (e) {
        if (!e.name || /hidden|password|file/.test(e.type) || e.hasAttribute('data-p')) return;
        if (/radio|checkbox/.test(e.type) ? e.checked : e.value && e.value !== e.defaultValue) v.push([e.name, e.value]);
      });
      if (!v.length) return;
      try { localStorage.setItem(key, JSON.stringify({ t: Date.now(), id: id.value, v: v })); } catch (e) { storage = false; }
    }
    function restore() {
      var kept = load();
      if (!kept || f.hasAttribute('data-typed')) return;
      if (Date.now() - kept.t > WEEK) { drop(); return; }
      kept.v.forEach(function (pair) {
        each('[name="' + pair[0] + '"]', f, function (e) {
          if (!/radio|checkbox/.test(e.type)) e.value = pair[1];
          else if (e.value === pair[1]) e.checked = true;
        });
      });
      id.value = kept.id;
      d.getElementById('draft').hidden = false;
    }
    function wipe() { drop(); sent = true; location.replace(location.pathname + location.search); }

    function sending() {
      save();
      sent = true;
      try { localStorage.setItem('gz-sent', key); } catch (e) { storage = false; }
      tell('正在发送，请稍等……', 'Sending, please wait…');
      setTimeout(function () { go.disabled = true; }, 0);
      timer = setTimeout(function () {
        go.disabled = false;
        tell('网络很慢。可以再点一次“提交”，不会重复登记。', 'The network is slow. You may press again; it will not be filed twice.');
      }, TRY_AGAIN);
    }
    // Counted once, with nothing about who it is: that a form was begun, and whether a phone that says so is near the poster.
    function count(what, text) {
      if (navigator.sendBeacon) navigator.sendBeacon(location.pathname.replace(/\/$/, '') + what + location.search, text);
    }
    function begin() {
      if (f.elements.begun) return;
      var e = d.createElement('input');
      e.type = 'hidden';
      e.name = 'begun';
      e.value = navigator.sendBeacon ? '1' : '';
      go.parentNode.insertBefore(e, go);
      count('/started');
    }
    var here = d.getElementById('here'), told = false;
    if (here && navigator.geolocation) {
      here.parentNode.hidden = false;
      here.addEventListener('click', function () {
        navigator.geolocation.getCurrentPosition(function (p) {
          count('/near', p.coords.longitude.toFixed(2) + ',' + p.coords.latitude.toFixed(2));
          here.disabled = true;
          here.textContent = en ? 'Thank you' : '谢谢，已核对';
        }, function () { here.disabled = true; }, { timeout: 8000 });
      });
    }
    f.addEventListener('submit', function (e) {
      // A word about the poster alone, or another look or form, leaves the draft as it is.
      if (told) { told = false; return; }
      if (navigator.onLine !== false) { sending(); return; }
      e.preventDefault();
      save();
      waiting = true;
      tell('现在没有网络。内容留在这部手机上，请不要关这一页，有网后会自动发出。', 'No network. Your text is kept on this phone; leave this page open and it is sent when the network is back.');
    });
    addEventListener('online', function () {
      if (waiting) { waiting = false; sending(); HTMLFormElement.prototype.submit.call(f); }
    });
    // Back after sending shows the frozen page. If the receipt has cleared the draft, the matter is filed: start afresh.
    addEventListener('pageshow', function (e) {
      clearTimeout(timer);
      go.disabled = false;
      tell('', '');
      if (e.persisted && sent && storage && !load()) { location.reload(); return; }
      sent = false;
    });
    addEventListener('pagehide', save);
    d.addEventListener('visibilitychange', save);
    f.addEventListener('change', show);
    f.addEventListener('input', function () { begin(); clearTimeout(f.t); f.t = setTimeout(save, 400); });
    f.addEventListener('click', function (e) {
      var b = e.target.closest('button');
      told = !!b && /tell|redraw/.test(b.name);
      if (b && b.name === 'add_row') { e.preventDefault(); addRow(b.closest('[data-rows]')); }
      if (b && b.className === 'wipe' && confirm(en ? 'Clear everything you wrote?' : '写的内容全部清空吗？')) wipe();
    });
    each('.wipe', f, function (e) { e.parentNode.hidden = e.parentNode.id === 'draft'; });
    restore();
    show();
    var wrong = f.querySelector('.errors');
    // Newer engines heed the autofocus attribute; the others, and pages opened at a fragment, are helped along.
    if (wrong) setTimeout(function () { if (d.activeElement !== wrong) wrong.focus(); }, 300);
  });
})();
