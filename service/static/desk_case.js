// What the page of a case does beyond plain HTML: how many characters are left, and nobody sends twice by a double click.
(function () {
  var d = document, en = d.documentElement.lang === 'en';
  [].forEach.call(d.querySelectorAll('form.ask'), function (f) {
    var sent = false;
    f.addEventListener('submit', function (e) {
      if (sent) e.preventDefault();
      sent = true;
    });
    window.addEventListener('pageshow', function () { sent = false; });
    [].forEach.call(f.querySelectorAll('[maxlength]'), function (box) {
      var most = +box.getAttribute('maxlength'), note;
      if (most < 30) return;
      function tell() {
        var left = most - box.value.length;
        if (!note) { note = d.createElement('small'); note.className = 'quiet'; box.parentNode.insertBefore(note, box.nextSibling); }
        note.textContent = en ? left + ' characters left' : '还可以写 ' + left + ' 个字';
      }
      box.addEventListener('input', tell);
    });
  });
})();
