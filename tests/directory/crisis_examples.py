"""Sentences as people in danger type them, by kind."""

DISTRESS: dict[str, str] = {
    "mental_health": """
        i tried to kill myself last night
        my mate wants to kill himself
        ending my own life
        cutting my arms again
        cant live with this anymore
        i have nothing to live for anymore
        im going to take my life tonight
        suicidal husband
        help for suicidal teenager
        my 15 year old self harms
        i feel like i cant live anymore
        i wish i didnt wake up this morning
        tired of being alive
        i just want to be dead
        cant see any point in carrying on
        sometimes i think about killing myself
        worried my brother will end his life
        why am i still alive
        i dont deserve to live
        dont know how much longer i can go on
        crisis house
        mental health crisis line
        self injury
        im scared im going to kill myself
        thinking about suicide after losing my job
        girlfriend overdosed last week
        ending my life
        i wana die
        im not coping
        cant cope with life
        cant cope anymore since baby
        i want to harm my baby
        i dont see the point in anything any more
        i feel like ending everything
        I've had enough of life
        ive had enough i cant do it anymore
        i just want to go to sleep and not wake up
        thinking of taking my own life
        thoughts about killing myself
        my teenage daughter keeps cutting
        son talks about not wanting to be here
        brother tried to kill himself
        my mum tried to take her own life
        suicide bereavement
        feeling like i want to jump
        i keep thinking about jumping off the car park
        want to drive my car into a wall
        planning my death
        wrote a goodbye letter
        i am going to do something stupid tonight
        i have a rope
        the world would be better without me
        my family would be better off if i was dead
        cant stop thinking about dying
        scared i will hurt myself
        scared of what i might do to myself
        emergency mental health help
        urgent mental health
        someone to talk to tonight im desperate
        i need help now i want to end my life
        mentally breaking down
        my husband is having a mental breakdown
        im hearing voices
        seeing things that arent there
        voices tell me to kill myself
        paranoid think people are watching me
        pt expressing suicidal ideation
        low mood passive SI
        self harm and OD last month
        i self harm
        stop cutting myself
        addicted to cutting
        i burn myself
        postnatal depression thoughts of harming baby
        attempted suicide
        suicide attempt
        suicde
        sucidial
        suicidle thoughts
        commit sucide
        i wanna kms
        life not worth living
        dont see a future
        no future
        i hate being alive
        nobody cares if i live or die
        i want to be with my dead wife
        i want to join my husband in heaven
        whats the point of living
        fed up of living
        had enough want to die
        i cannot go on anymore
        at breaking point
        im at the end of my tether
        cant take anymore
        i am going to hurt someone
        feel unsafe with my own thoughts
        I want to kill myself
        i dont want to be alive anymore
        I don't want to live any more
        thinking about ending my life
        feel suicidal
        sucidal thoughts
        suicidle and alone
        i just want it all to stop
        everyone would be better off without me
        whats the point anymore
        theres no point in living
        life isn't worth living
        i cant go on
        since my wife died i cant go on
        I can't carry on like this
        can't cope any more
        somewhere to go tonight i cant cope
        my daughter is self harming
        son cutting his arms
        self-harm support
        i keep hurting myself
        i want to hurt myself
        going to jump off a bridge
        jump in front of a train
        im going to hang myself
        wish i was dead
        wish i had never been born
        i should be dead
        better off dead
        i want to dissapear
        nobody would miss me if i was gone
        nobody would care if i died
        want to go to sleep and never wake up
        i want to sleep forever
        urge to cut myself
        i am a danger to myself and cant keep myself safe
        crisis team number
        mental health crisis
        im in crisis
        having a breakdown
        nervous breakdown
        hearing voices telling me to hurt people
        my friend is suicidal
        my son says he wants to die
        husband talking about suicide
        pt with SI no plan
        active SI referred from GP
        hx DSH needs support
        recent OD needs follow up
        samaritans
        kms tonight i want to kms
        want to unalive myself
        tired of living
        im done with life and want to end it
        i want to end it all
        lost the will to live
        no reason to live
        nothing to live for
        given up on life
        cant see a way out
        no way out
        im a burden to my family
        thoughts of hurting my baby
        i might hurt someone
        i want to kill my neighbour
        im losing my mind
        having a panic attack right now
        K I L L myself
        k*ll myself
        su1cide
        KILL MYSELF
        kilmyself
        i want too die
        i wanna die
        dont wanna be here no more
        """,
    "emergency": """
        my wife is having chest pains
        grandad wont wake up
        he stopped breathing
        she cant breathe
        heart attack help
        stroke symptoms
        someone has been stabbed
        theres a man breaking into my house
        dad has taken an overdose
        drank a bottle of bleach
        fire in the kitchen
        baby choking
        he is trying to kill me
        chest pain and arm pain
        my dad has fallen and is unconscious
        mum not breathing properly
        cant breathe
        husband collapsed
        someone has overdosed
        swallowed pills
        he took all his pills
        drank bleach
        heart attack
        stroke face dropped
        there is a fire
        someone broke into my house now
        man with a knife outside
        he has a gun
        ambulance
        bleeding a lot pregnant
        baby wont wake up
        severe allergic reaction
        being attacked
        my ex is outside with a knife
        wife having a seizure
        gas leak
        child choking
        i have taken tablets
        took 20 paracetamol
        chest pain cant breathe
        chest pains
        my husband is having a heart attack
        i think im having a heart attack
        mum is having a stroke
        her face is drooping
        dad collapsed
        he is not breathing
        she wont wake up
        unconscious
        taken an overdose
        i took an overdose
        ive taken all my tablets
        took too many paracetamol
        he has swallowed bleach
        bleeding wont stop
        cant stop the bleeding
        bleeding heavily
        my house is on fire
        i can smell gas
        someone is breaking in
        he has got a knife
        he is going to kill me
        my ex says he will kill me
        need an ambulance
        call 999
        999
        i have been stabbed
        baby not breathing
        my child is missing
        having a seizure
        i slit my wrists
        im standing on a bridge and want to jump
        help i am being attacked
        coughing up blood
        """,
    "abuse": """
        he beat me up last night
        afraid to go home
        being raped by my husband
        raped by a friend
        my partner is hitting me
        husband punched me last night
        my boyfriend is abusive
        my ex wont leave me alone and is stalking me
        domestic violance help
        dv refuge
        my husband rapes me
        sexually abused
        date raped
        my wife controls everything
        forced to marry my cousin
        im frightened of my partner
        im being abused by my boyfriend
        i need to leave my husband he hits me
        he beats me and the kids
        my dad is violent
        escaping domestic violence
        isnt safe at home
        he threatened to kill me
        coercive relationship
        my boyfriend punched me
        husband beats me
        partner hit me
        my man hits me
        he slapped me
        he pushed me down the stairs
        hes hurting me
        my partner hurts me
        hit by my wife
        being hit by my husband
        my girlfriend hits me
        abusive ex
        domestic abuse support
        fleeing domestic abuse
        dv
        DV
        women's refuge near me
        victim of domestic violence
        controlling husband
        he controls everything i do
        he checks my phone and wont let me out
        wont let me have money
        my ex is stalking me
        he keeps following me
        he forced himself on me
        he made me have sex
        raped last night
        rape crisis
        sexual abuse
        i was sexually abused as a child
        my brother raped me
        parents forcing me to get married
        scared of my dad
        scared of my partner
        afraid of husband
        my husband threatens me
        threatened by ex
        he threatens to take the kids
        gaslighting
        my son is violent towards me
        teenage son hits me
        daughter attacks me
        family want to kill me honour
        leaving violent partner
        escape my husband
        i need to get away from him
        safe house
        non molestation order
        clares law
        my husband broke my arm
        bruises from my partner
        he chokes me
        husband drunk and violent
        male victim of domestic abuse
        my wife attacks me
        my husband hits me
        my partner beats me up
        boyfriend hit me again
        my ex keeps threatening me
        he hits me when he drinks
        she hits me and throws things
        my wife is violent
        wife beats me
        domestic violence
        domestic abuse
        domestik violence
        dv support
        DV refuge
        womens refuge
        need a refuge for me and my kids
        i was raped
        raped
        sexual assault
        sexually assaulted last night
        someone spiked my drink
        forced marriage
        they are forcing me to marry
        honour based violence
        coercive control
        controlling boyfriend
        he wont let me leave the house
        my partner controls all my money
        not allowed to see my family
        im scared of my husband
        i am frightened of him
        scared to go home
        i dont feel safe at home
        not safe at home
        being stalked by my ex
        stalker
        escape from abusive husband
        leaving an abusive relationship
        abused as a child
        i was abused when i was young
        emotionally abusive mother
        physical abuse
        my son hits me
        my dad beats me
        he strangled me
        walking on eggshells
        IDVA
        revenge porn
        abuse
        my partner has started hitting me
        gets violent when he drinks my husband
        """,
    "safeguarding_child": """
        my grandchild is being abused
        someone is hurting my child
        child being neglected next door
        i think a child is in danger
        reporting child abuse
        my stepdad hits me
        he hits my kids
        my daughter was sexually assaulted by her teacher
        neglect of children
        child being hit
        my son is being abused by his dad
        worried about child next door
        my ex hits the kids
        kids being beaten
        i think my niece is being abused
        baby shaken
        children living in filthy house neglect
        daughter sexually abused by uncle
        sexual abuse of child
        child grooming
        my dad beats me
        stepdad hits me
        my parents hit me
        someone touched my child
        a man is messaging my daughter for pictures
        child in danger
        report neglect of a child
        young girl being exploited
        my child told me someone hurt them
        child at risk
        is my child being abused
        i am 14 and my mum hits me
        i hit my baby
        csa
        i think my child is being abused
        child abuse
        my neighbour hits her kids
        worried about a child next door
        children being neglected
        child neglect
        report child abuse
        my daughter is being groomed online
        groomed
        my grandson was touched by a man
        my uncle touches me
        my dad hits me
        mum locks me in my room
        kids left alone all night
        child protection
        a little girl is being beaten
        child not safe with her father
        babies in danger
        county lines my son
        nspcc
        my stepdad touches me
        i might hurt my baby
        fgm
        child sexual exploitation
        """,
    "safeguarding_adult": """
        gran being robbed by her grandson
        my mum is being abused in a care home
        carer is hitting my dad
        elderly abuse
        someone is stealing money from my nan
        adult abuse
        my grandad is being neglected
        my gran is being abused
        care home staff hitting my mum
        carer stealing money from nan
        dad is being financially abused by my brother
        elderly neighbour neglected
        abuse of older people
        older person being abused
        my mothers carer is rough with her
        vulnerable adult being taken advantage of
        disabled man being exploited
        adult at risk of abuse
        neighbour is being cuckooed
        my boss took my passport
        elderly abuse helpline
        nephew taking grans money
        adult safeguarding team
        elder abuse
        my nan is being neglected in her care home
        carer hits my mum
        my mum is being abused by her carer
        carer stealing from my dad
        someone is taking my nans money
        adult safeguarding
        safeguarding adults team
        cuckooing
        modern slavery
        human trafficking
        vulnerable adult at risk
        vulnerable man being exploited
        neglected in a nursing home
        abuse in a care home
        self neglect
        safeguarding concern
        """,
    "homelessness": """
        sleeping at the bus station
        living rough
        i have nowhere to sleep
        im sleeping rough
        homeless shelter
        homeless and pregnant
        kicked out by my dad and nowhere to go
        living in a tent
        made homeless
        evicted today nowhere to go
        need emergency housing
        no place to go tonight
        no where to live
        i have no home
        nowhere to live
        im homeless
        going to be homeless
        homeless tonight with kids
        sleeping on streets
        sleeping in a tent
        living in my car
        been kicked out
        kicked out of home
        parents kicked me out
        my mum has thrown me out
        hostel for tonight
        need somewhere to stay tonight
        emergency housing
        where can i sleep tonight
        evicted with nowhere to go
        landlord kicked me out
        rough sleeper near station
        street homeless
        sofa surfing 17
        no fixed abode
        NFA patient
        left prison nowhere to go
        bed for tonight
        homelss
        lost my flat
        nowhere to sleep tonight
        i have nowhere to go tonight
        no where to stay
        no place to stay
        sleeping rough
        sleeping in my car
        rough sleeper
        homeless
        i am homeless
        made homeless today
        homless
        kicked out by my parents
        my mum kicked me out
        my parents threw me out
        thrown out by my girlfriend
        evicted today
        being evicted tomorrow
        need a bed for the night
        somewhere to sleep tonight
        night shelter
        emergency accommodation
        sofa surfing
        on the streets tonight
        i lost my home
        living on the streets
        bailiffs today
        landlord changed the locks
        """,
}

OTHER_LANGUAGES: dict[str, dict[str, str]] = {
    "cy": {
        "mental_health": """
            dwi eisiau lladd fy hun
            hunanladdiad
            dw i isio marw
            rydw i eisiau marw
            hunan-niwed
            ddim eisiau byw
            methu ymdopi
            methu mynd ymlaen
            argyfwng iechyd meddwl
            mae fy mab isio lladd ei hun
            dod â fy mywyd i ben
            wedi cael digon o fyw
            byddai pawb yn well hebdda i
            """,
        "emergency": """
            poen yn fy mrest
            methu anadlu
            angen ambiwlans
            wedi cymryd gorddos
            mae'r tŷ ar dân
            mae'n gwaedu'n drwm
            mae ganddo gyllell
            cymryd gormod o dabledi
            """,
        "abuse": """
            cam-drin domestig
            trais yn y cartref
            trais domestig
            mae fy ngŵr yn fy nharo
            ofn fy mhartner
            ymosodiad rhywiol
            mae e'n rheoli popeth
            """,
        "safeguarding_child": "cam-drin plant\nplentyn mewn perygl\nmae fy mhlentyn yn cael ei frifo",
        "safeguarding_adult": "diogelu oedolion\ncam-drin pobl hŷn",
        "homelessness": """
            digartref
            cysgu ar y stryd
            nunlle i gysgu heno
            dim lle i aros
            cysgu yn y car
            cael fy nhaflu allan
            """,
    },
    "ur": {
        "mental_health": """
            میں مرنا چاہتا ہوں
            خودکشی
            مجھے جینا نہیں ہے
            اپنی جان لینا چاہتی ہوں
            main marna chahta hun
            mujhe marna hai
            khudkushi
            khud kushi karna chahti hoon
            jeena nahi chahti
            نیند کی گولیاں کھا لی ہیں
            جینے کی خواہش نہیں
            neend ki goliyan kha li
            zinda nahi rehna chahti
            phansi laga lun
            """,
        "emergency": """
            سینے میں درد
            سانس نہیں آ رہا
            seene mein dard
            behosh ho gaya
            گھر میں آگ لگ گئی ہے
            فالج کا حملہ
            زہر کھا لیا
            uske paas chaku hai
            zehar kha liya
            """,
        "abuse": """
            میرا شوہر مجھے مارتا ہے
            گھریلو تشدد
            زبردستی شادی
            mera shohar mujhe maarta hai
            شوہر گھر سے نکلنے نہیں دیتا
            میرے ساتھ زیادتی ہوئی
            mere sath ziyadti hui
            shohar gaaliyan deta hai
            gharelu tashadud
            zabardasti shadi
            """,
        "safeguarding_child": "بچوں پر تشدد\nbachon par zulm",
        "safeguarding_adult": "بزرگوں پر تشدد",
        "homelessness": """
            بے گھر ہوں
            سونے کی جگہ نہیں
            beghar
            sone ki jagah nahi
            """,
    },
}


def lines(text: str) -> list[str]:
    """The sentences of a block, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
