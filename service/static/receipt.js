// The receipt: forgets the draft, copies the numbers, and sends photos one by one, made smaller on the phone first.
// Chromium 69 and iOS 12.
(function () {
  var d = document, html = d.documentElement, en = html.lang === 'en';
  html.className += ' js';
  try { localStorage.removeItem(localStorage.getItem('gz-sent')); } catch (e) { /* No storage, so there is no draft. */ }
  function words(zh, english) { return en ? english : zh; }

  var copy = d.getElementById('copy');
  if (copy) {
    copy.hidden = false;
    copy.addEventListener('click', function () {
      var box = d.createElement('textarea');
      box.value = copy.getAttribute('data-text');
      d.body.appendChild(box);
      box.select();
      var done = d.execCommand('copy');
      d.body.removeChild(box);
      copy.textContent = done ? words('已复制', 'Copied') : words('请截屏保存', 'Please take a screenshot');
    });
  }

  var form = d.getElementById('photos');
  if (!form) return;
  var input = form.querySelector('[type=file]'), list = d.getElementById('sent'), field = d.getElementById('field'), queue = [], busy = false;
  var LONG_SIDE = 1600, QUALITY = 0.8, SMALL_ENOUGH = 3e5;
  form.querySelector('button').hidden = true;

  // Draws the picture smaller. What this browser cannot draw (HEIC on Android) goes as it is: the server makes it smaller.
  function shrink(file, then) {
    if (file.size < SMALL_ENOUGH || !window.FileReader) { then(file); return; }
    var reader = new FileReader(), image = new Image();
    reader.onerror = image.onerror = function () { then(file); };
    reader.onload = function () { image.src = reader.result; };
    image.onload = function () {
      var scale = Math.min(1, LONG_SIDE / Math.max(image.width, image.height)), canvas = d.createElement('canvas');
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { then(blob && blob.size < file.size ? blob : file); }, 'image/jpeg', QUALITY);
    };
    reader.readAsDataURL(file);
  }
  function next() {
    if (busy || !queue.length) return;
    busy = true;
    var job = queue.shift();
    job.say(words('正在准备……', 'Preparing…'));
    shrink(job.file, function (blob) { send(job, blob, 2); });
  }
  function send(job, blob, more) {
    var request = new XMLHttpRequest(), data = new FormData();
    data.append('field', job.field);
    data.append('photos', blob, job.file.name || 'photo.jpg');
    request.open('POST', form.action);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = function (e) {
      if (e.lengthComputable) job.say(words('已传 ', 'Sent ') + Math.round(100 * e.loaded / e.total) + '%');
    };
    request.onload = function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (e) { answer = null; }
      if (request.status >= 500 && more) { again(job, blob, more); return; }
      end(job, answer && answer.text || words('没有传上，请换一张再试。', 'Not sent; try another photo.'), false);
    };
    request.onerror = function () {
      if (more) again(job, blob, more);
      else end(job, words('网络断了，没有传上。', 'The network failed; not sent.'), true);
    };
    request.send(data);
  }
  function again(job, blob, more) {
    job.say(words('网络不好，马上再试……', 'Poor network, trying again…'));
    setTimeout(function () { send(job, blob, more - 1); }, 3000);
  }
  function end(job, text, retry) {
    job.say(text);
    busy = false;
    if (retry) {
      var button = d.createElement('button');
      button.type = 'button';
      button.textContent = words('再传一次', 'Try again');
      button.onclick = function () { job.line.removeChild(button); queue.push(job); next(); };
      job.line.appendChild(button);
    }
    next();
  }
  input.addEventListener('change', function () {
    [].forEach.call(input.files, function (file) {
      var line = d.createElement('li'), text = d.createElement('span');
      line.appendChild(d.createTextNode((file.name || words('照片', 'photo')) + words('：', ': ')));
      line.appendChild(text);
      list.appendChild(line);
      queue.push({ field: field ? field.value : '', file: file, line: line, say: function (t) { text.textContent = t; } });
    });
    input.value = '';
    next();
  });
})();
