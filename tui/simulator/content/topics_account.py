"""Topics: getting in, people, permissions."""

from __future__ import annotations

from tui.simulator.content.topic import Topic

TOPICS = (
    Topic(
        "password-reset", "support", (113,), 8,
        ("Password reset mail never arrives", "Can't reset my password", "Locked out after reset"),
        (
            "I asked for a password reset {times} times since {daytime} and nothing shows up. Checked spam too. My login is {email}.",
            "The reset link says “This link has expired” even when I click it within a minute. We have a client review at {hour} and I can't get into {area}.",
            "Hi there! I changed my password {day} and now neither the old nor the new one works in {browser}. Other people at {company} can log in just fine.",
            "reset email goes to my old address ({email}) – how do I change that if I can't log in??",
        ),
        (
            "Could you tell me which address the reset was sent to, and whether {company} uses a mail gateway such as {gateway}?",
            "Does the page show a code at the bottom, something like <code>{errorcode}</code>? That tells me which check failed.",
            "Are you opening the link in the same browser you requested it from? Some mail scanners open links first, and ours work only once.",
        ),
        (
            "It's {email}. And yes, IT told me we have {gateway} in front of everything.",
            "The code is <code>{errorcode}</code>. I tried {browser} and my phone, same thing.",
            "I copied the link by hand this time and it's the same message.",
        ),
        (
            "Thanks! {gateway} was opening the link before you could, which uses it up. I sent you a one-time code instead: it is valid for 15 minutes and can't be consumed by a scanner.",
            "I found it: the address had a typo in your profile, so the mail bounced on our side. I corrected it and sent a fresh reset – it should be there now.",
            "Your account was temporarily locked after too many attempts. I lifted the lock; please wait two minutes, then use <a href=\"https://app.harbourly.example/reset\">the reset page</a> once.",
        ),
        (
            "Still nothing, I'm afraid. I waited 20 minutes.",
            "Got the mail, but after the new password it throws me back to the login page.",
        ),
        (
            "Bounce log: 550 5.7.1 from {gateway}. Not our side, but we should whitelist-doc this.",
            "Third ticket this week with {gateway} + one-time links. Linking to the scanner project.",
        ),
    ),
    Topic(
        "two-factor", "security", (113, 1000), 5,
        ("Lost phone with authenticator", "2FA code rejected", "Disable 2FA for a colleague"),
        (
            "My phone was stolen {day} and the authenticator with it. I don't have the backup codes (I know…). How do I get back into {company}'s workspace?",
            "Every six-digit code is refused with “Code incorrect”. The clock on my phone is right to the second.",
            "One of our {role}s left and their account has two-factor on. We need the timesheets from {month} out of it.",
        ),
        (
            "I'm sorry to hear that. For your safety we need a second owner of the workspace to confirm: who else at {company} is an owner?",
            "Is the account added twice in your authenticator app, perhaps from an earlier setup? Only the newest entry works.",
            "Did this start after you switched to a new phone, or out of the blue?",
        ),
        (
            "{colleague} is the other owner, I've asked them to write to you as well.",
            "Oh – there ARE two entries called Harbourly. Deleting the old one now.",
            "New phone, yes. I moved the app over {day}.",
        ),
        (
            "{colleague} confirmed, thank you both. Two-factor is reset for your account; you'll be asked to set it up again at the next login. Please store the ten backup codes this time 🙂",
            "That explains it: the older entry produces codes for a key we no longer accept.",
            "I can't read another person's account, but as an owner you can go to <b>Settings → People</b>, choose “Transfer ownership of data”, and all timesheets move to you.",
        ),
        ("Now it asks for a code by SMS that never comes.", "It worked once and then refused the next login."),
        ("Identity check done: call back on the number on file, {colleague} confirmed. OK to reset.", "Do NOT reset without second owner, see policy."),
    ),
    Topic(
        "sso", "technical", (113, 118), 5,
        ("SAML login loop", "SSO certificate expires", "Okta users not provisioned", "Azure AD: AADSTS50105"),
        (
            "Since {daytime} everybody at {company} who signs in through {idp} ends up in a redirect loop between you and {idp}. Password login is off, so {count} people can't work.",
            "Our {idp} certificate expires {weekday}. What's the order of steps so that nobody is locked out?",
            "SCIM created only {smallcount} of {count} users. The log in {idp} says <code>{errorcode}: externalId already taken</code>.",
        ),
        (
            "Could you send the SAML response (you may cut out the signature)? I'm after the <code>NameID</code> and the <code>Audience</code>.",
            "Was anything changed in {idp} {day} – a new app, another domain, another certificate?",
            "Do the affected people have two addresses, e.g. after a merger or a new domain?",
        ),
        (
            "<p>Here it is:</p><pre><code>&lt;saml:Audience&gt;https://app.harbourly.example/saml/{slug}&lt;/saml:Audience&gt;\n&lt;saml:NameID Format=\"…:emailAddress\"&gt;{email}&lt;/saml:NameID&gt;\n&lt;saml:Conditions NotOnOrAfter=\"2026-11-03T10:21:05Z\"/&gt;</code></pre>",
            "{colleague} from IT rotated the certificate, nobody told me…",
            "Yes, half of the company still has the old domain.",
        ),
        (
            "The audience in your response ends in <code>/{slug}</code>, ours is case-sensitive and has a capital letter. Change it in {idp} and the loop ends.",
            "<p>Here's the order that never locks anybody out:</p><ol><li>upload the new certificate as <i>secondary</i></li><li>switch {idp} over</li><li>test with one person</li><li>remove the old one</li></ol>",
            "I merged the duplicates on our side; please run the provisioning again from {idp} – it will now match by address.",
        ),
        ("It works for me now but not for the {role}s.", "Same loop, new error code: <code>{errorcode}</code>."),
        ("Audience mismatch, case. Fourth time – can we make this comparison case-insensitive? Filed HRB-{ticket}.", "Enterprise, renewal in {month}. Handle with care."),
    ),
    Topic(
        "seats", "billing", (102,), 6,
        ("Remove unused seats", "How are seats counted?", "Freelancers and seats"),
        (
            "We are billed for {count} seats but only {smallcount} people used Harbourly in {month}. Can the others be removed from the invoice?",
            "Do freelancers who only log time count as a full seat on {plan}?",
            "I deactivated {smallcount} people {day} and the next invoice preview still shows {count} seats. Why?",
        ),
        (
            "Which of them should keep their history? Removing a seat keeps the data, deleting a person doesn't.",
            "Do the freelancers need to see projects, or only to track time?",
            "Were they deactivated by hand or through {idp}?",
        ),
        ("Keep all history please, just free the seats.", "Only track time, they should not see any budget.", "Through {idp}, our IT does that."),
        (
            "Done: {smallcount} seats are freed and {amount} will be credited on the next invoice. Seats are counted on the first day of the period, so it shows from then on.",
            "Then “Tracker” seats are right: they cost a third and see only their own hours. You can switch people over under <b>People → Seat type</b>.",
            "People deactivated through {idp} keep their seat for 30 days unless “Release at once” is on. I switched it on for you.",
        ),
        ("The preview still says {count} seats.",),
        ("Credit {amount} approved by Kwame.",),
    ),
    Topic(
        "permissions", "support", (1001,), 5,
        ("Project managers can't see budgets", "Who can delete a client?", "Guest sees too much"),
        (
            "Our {role}s don't see the budget tab in {project} although they are managers. It worked until {day}.",
            "A guest from a client could open {area} of ANOTHER client. That must not happen – please explain, I have to report this internally.",
            "Is there a role between member and admin? Somebody should be able to approve timesheets but not change rates.",
        ),
        (
            "Could you send me the address of one project where it goes wrong? I'd like to look at its role overrides.",
            "Which role does the person have at the workspace level – and is there a group involved?",
        ),
        (
            "Sure: https://app.harbourly.example/p/{slug} – the person is {colleague}.",
            "Workspace level: member. Group “{role}s”.",
        ),
        (
            "The project has an override that hides money from members, and it wins over the group. I've explained how to change it <a href=\"https://help.harbourly.example/roles#overrides\">here</a>, or I can do it for you.",
            "I checked the access log: the guest saw the <i>name</i> of the other client in a shared calendar, not its contents. The calendar was shared with “everyone”. I attached the log for your report.",
            "That role exists since {month}: it's called “Approver” and lives under <b>Settings → Roles → Show all</b>. It is hidden by default, sorry.",
        ),
        ("It now works for one project and not for the other {smallcount}.",),
        ("Checked with Ingrid: no cross-tenant read. Log attached.", "Docs for overrides are wrong since the redesign."),
    ),
)  # fmt: skip
