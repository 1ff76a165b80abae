<?php
// From nothing to bank transactions in twenty steps, with PHP 8 and its curl extension.
//
//     FINAPI_URL=http://localhost:8420 php examples/php/journey.php
//
// Each step prints one line. The first answer that is not the expected one ends the program with status 1.
declare(strict_types=1);

$url = rtrim(getenv('FINAPI_URL') ?: 'http://localhost:8420', '/');
$client = ['client_id' => 'journey-' . bin2hex(random_bytes(4)), 'client_secret' => 'a secret'];
$token = '';
$steps = 0;

function fail(string $why): never
{
    fwrite(STDERR, "$why\n");
    exit(1);
}

/** One request. The answer's JSON, or null where it is empty. A text as body is a form, an array is JSON. */
function send(string $method, string $path, int $expect = 200, string|array|null $body = null): mixed
{
    global $url, $client, $token;
    $headers = ["X-Mock-Client: {$client['client_id']}"];
    if ($token !== '') {
        $headers[] = "Authorization: Bearer $token";
    }
    if (is_array($body)) {
        $headers[] = 'Content-Type: application/json';
        $body = json_encode($body, JSON_THROW_ON_ERROR);
    }
    $request = curl_init($url . $path);
    curl_setopt_array($request, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_NOPROXY => '*', // a stand-in on this machine is reached without the machine's proxy
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ]);
    if ($body !== null) {
        curl_setopt($request, CURLOPT_POSTFIELDS, $body);
    }
    $content = curl_exec($request);
    if ($content === false) {
        fail("$method $path: " . curl_error($request));
    }
    $status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
    if ($status !== $expect) {
        fail("$method $path: $status instead of $expect: $content");
    }
    return $content === '' ? null : json_decode($content, true, flags: JSON_THROW_ON_ERROR);
}

function grant(string $type, string ...$more): array
{
    global $client, $token;
    $token = '';
    return send('POST', '/api/v2/oauth/token', 200, http_build_query(['grant_type' => $type] + $client + $more));
}

function said(string $what, string|int ...$found): void
{
    global $steps;
    printf("%2d. %-22s %s\n", ++$steps, $what, implode(' ', $found));
}

function check(bool $holds, string $otherwise): void
{
    $holds || fail($otherwise);
}

$token = grant('client_credentials')['access_token'];
said('client token');
said('client configuration', count(send('GET', '/api/v2/clientConfiguration')), 'settings');
said('user', send('POST', '/api/v2/users', 201, ['id' => 'alice', 'password' => 'open sesame'])['id']);
$tokens = grant('password', username: 'alice', password: 'open sesame');
$token = $tokens['access_token'];
said('user token', "for {$tokens['expires_in']} seconds");
said('who am I', send('GET', '/api/v2/users')['id']);
[$bank] = send('GET', '/api/v2/banks?search=DEMO0001')['banks'];
said('bank', $bank['id'], $bank['name']);

// The callback goes where nobody listens; the journal has it all the same.
$wish = ['bank' => ['id' => $bank['id']], 'callbacks' => ['finalised' => 'http://localhost:1/finalised']];
$form = send('POST', '/api/webForms/bankConnectionImport', 201, $wish);
said('web form', $form['url']);
check($form['status'] === 'NOT_YET_OPENED', "the form begins as {$form['status']}");
said('which waits', $form['status']);
send('POST', "/_mock/webForms/{$form['id']}/complete");
said('the user completes it');
$callback = ['kind' => 'callback', 'body' => ['webFormId' => $form['id'], 'status' => 'COMPLETED']];
send('POST', '/_mock/wait', 200, ['calls' => $callback, 'within' => '10s']);
said('callback', 'COMPLETED');
$connectionId = send('GET', "/api/webForms/{$form['id']}")['payload']['bankConnectionId'];
said('what came of it', "connection $connectionId");

$connection = send('GET', "/api/v2/bankConnections/$connectionId");
check($connection['updateStatus'] === 'READY', "the connection is {$connection['updateStatus']}");
said('bank connection', $connection['bank']['name'], $connection['updateStatus']);
said('accounts', ...array_column(send('GET', '/api/v2/accounts')['accounts'], 'iban'));
$newest = '/api/v2/transactions?view=userView&perPage=1&order=bankBookingDate,desc';
$page = send('GET', $newest);
[$latest] = $page['transactions'];
said('transactions', $page['paging']['totalCount'], 'the newest on', $latest['bankBookingDate']);
$label = send('POST', '/api/v2/labels', 201, ['name' => 'seen']);
send('PATCH', "/api/v2/transactions/{$latest['id']}", 200, ['labelIds' => [$label['id']]]);
$labelled = send('GET', "/api/v2/transactions?view=userView&labelIds={$label['id']}")['paging']['totalCount'];
check($labelled === 1, "$labelled transactions have the label");
said('one is labelled', $label['name']);

send('POST', '/_mock/clock', 200, ['advance' => '7d']);
said('a week later');
send('GET', '/api/v2/accounts', 401);
said('the token is over');
$token = grant('refresh_token', refresh_token: $tokens['refresh_token'])['access_token'];
said('a new one');
$later = send('GET', $newest)['paging']['totalCount'];
check($later > $page['paging']['totalCount'], "still $later transactions");
said('transactions', $later);
send('DELETE', '/api/v2/users');
send('GET', '/api/v2/users', 401);
said('the user is gone');
echo "\n$steps steps, all as expected.\n";
